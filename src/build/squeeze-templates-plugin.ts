import type { Plugin } from 'vite'

/**
 * Takes white space out of the templates and styles of the panel's script: minifiers leave template literals as they are, and
 * nothing in ours depends on how much there is.
 */
export function squeezeTemplatesPlugin(): Plugin {
  return {
    name: 'sectorcache:squeeze-templates',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'dropInPanel',
    transform: {
      filter: { id: /\/src\/panel\/styles\/.*\.ts$/ },
      handler: (code) => ({ code: code.replaceAll(/`\n[^`]+`/g, squeezeStyles), map: null }),
    },
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue
        // In what is minified, there are no other line breaks.
        output.code = output.code
          .replaceAll(/\s*\n\s*/g, ' ')
          .replaceAll(/\/\* @__PURE__ \*\/ ?/g, '')
      }
    },
  }
}

function squeezeStyles(css: string): string {
  return css
    .replaceAll(/\s*([{};,])\s*/g, '$1')
    .replaceAll(': ', ':')
    .replaceAll(';}', '}')
}
