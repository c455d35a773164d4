import type { Plugin } from 'vite'

/** Methods of Workbox's router that nobody calls in the drop-in worker, which has its routes for itself. */
const unused = ['addCacheListener', 'setDefaultHandler', 'setCatchHandler', 'unregisterRoute']

/**
 * Leaves out of the drop-in worker what its router does not do there: it has to be small. And Workbox would fetch, and answer
 * for, whatever URLs a page sends it in a message of its own (`CACHE_URLS`).
 */
export function trimWorkboxPlugin(): Plugin {
  return {
    name: 'sectorcache:trim-workbox',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'dropInWorker',
    transform: {
      filter: {
        id: /\/workbox-routing\/(?:Router|registerRoute|utils\/getOrCreateDefaultRouter)\.js$/,
      },
      handler: (code, id) => ({ code: trim(code, id.replace(/^.*\//, '')), map: null }),
    },
  }
}

function trim(code: string, file: string): string {
  if (file === 'Router.js') {
    return unused.reduce((rest, name) => cut(rest, methodOf(name)), code)
  }
  // The routes here are functions, none a RegExp.
  return file === 'registerRoute.js'
    ? cut(code, 'route = new RegExpRoute(capture, handler, method);')
    : cut(code, 'defaultRouter.addCacheListener();')
}

/** From its head to the first line that ends a block at the same depth. */
function methodOf(name: string): RegExp {
  return new RegExp(`\\n {4}${name}\\(.*\\) \\{\\n[\\s\\S]*?\\n {4}\\}(?=\\n)`)
}

function cut(code: string, what: RegExp | string): string {
  const rest = code.replace(what, '')
  if (rest === code) throw new Error(`Workbox has changed (${what}): look at this plugin.`)
  return rest
}
