import { minify } from 'terser'
import type { Plugin } from 'vite'

/**
 * Minifies the self-contained scripts once more: what Terser finds after Oxc is 2.5 % of their compressed size, and each of them is
 * loaded by every visitor.
 */
export function shrinkScriptsPlugin(): Plugin {
  return {
    name: 'sectorcache:shrink-scripts',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'demoWorker' || name.startsWith('dropIn'),
    async generateBundle({ format }, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue
        const { code } = await minify(output.code, {
          module: format === 'es',
          ecma: 2022,
          // Nothing asks what a function without `this` is.
          compress: { passes: 3, unsafe_arrows: true },
          // Lit's names between its own files, all of which are here.
          mangle: { properties: { regex: /^_\$/ } },
        })
        if (code === undefined) throw new Error(`${output.fileName} could not be minified.`)
        output.code = code
      }
    },
  }
}
