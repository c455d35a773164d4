import type { Plugin } from 'vite'

/**
 * Takes the indentation out of the panel's sources: minifiers leave template literals as they are, and nothing in ours
 * depends on how much white space there is.
 */
export function squeezeTemplatesPlugin(): Plugin {
  return {
    name: 'sectorcache:squeeze-templates',
    apply: 'build',
    enforce: 'post',
    transform: {
      filter: { id: /\/src\/panel\/.*\.ts$/ },
      handler: (code) => ({ code: code.replaceAll(/\n\s+/g, '\n'), map: null }),
    },
  }
}
