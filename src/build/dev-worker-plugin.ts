import type { Plugin } from 'vite'

/**
 * While developing, the demo's worker is a module in its source folder. The browser lets it control the page
 * above only if the server allows it.
 */
export function devWorkerPlugin(): Plugin {
  return {
    name: 'sectorcache:dev-worker',
    apply: 'serve',
    configureServer({ middlewares, config }) {
      middlewares.use((request, response, next) => {
        if (request.url?.includes('/src/demo/worker/') === true) {
          response.setHeader('Service-Worker-Allowed', config.base)
        }
        next()
      })
    },
  }
}
