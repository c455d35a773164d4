import type { Plugin } from 'vite'

/** What each side does with an object that is passed as an argument, to be called from the other side. */
const unused: Readonly<Record<string, string>> = {
  dropIn: 'expose(obj, port1);',
  dropInWorker: 'return wrap(port);',
}

/**
 * Leaves out of the drop-in script that half of Comlink which serves objects, and out of its worker the one which calls them:
 * pages pass none to their worker, and both have to be small.
 */
export function trimComlinkPlugin(): Plugin {
  return {
    name: 'sectorcache:trim-comlink',
    apply: 'build',
    applyToEnvironment: ({ name }) => name in unused,
    transform: {
      filter: { id: /\/comlink\.(?:m?js)$/ },
      handler(code) {
        const call = unused[this.environment.name] ?? ''
        if (!code.includes(call)) throw new Error('Comlink has changed: look at this plugin.')
        return { code: code.replace(call, ''), map: null }
      },
    },
  }
}
