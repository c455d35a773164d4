import type { Plugin } from 'vite'

/** Where Comlink serves an object to the other side, if one is passed as an argument. */
const serving = 'expose(obj, port1);'

/**
 * Leaves out of the drop-in script that half of Comlink which serves objects: pages pass none to their worker, and the script has
 * to be small.
 */
export function trimComlinkPlugin(): Plugin {
  return {
    name: 'sectorcache:trim-comlink',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'dropIn',
    transform: {
      filter: { id: /\/comlink\.(?:m?js)$/ },
      handler(code) {
        if (!code.includes(serving)) throw new Error('Comlink has changed: look at this plugin.')
        return { code: code.replace(serving, ''), map: null }
      },
    },
  }
}
