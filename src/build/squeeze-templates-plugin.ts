import type { Plugin } from 'vite'

/**
 * Takes white space out of the templates and styles of the panel's script, and shortens the names of its colours: minifiers leave
 * template literals as they are, and nothing in ours depends on how much white space there is.
 */
export function squeezeTemplatesPlugin(): Plugin {
  const names = new Map<string, string>()
  return {
    name: 'sectorcache:squeeze-templates',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'dropInPanel',
    transform: {
      filter: { id: /\/src\/panel\/styles\/.*\.ts$/ },
      handler: (code) => ({
        code: code.replaceAll(/`\n[^`]+`/g, (css) => shortenNames(squeezeStyles(css), names)),
        map: null,
      }),
    },
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue
        // In what is minified, there are no other line breaks. One before the end of a tag is no space between two words.
        output.code = output.code.replaceAll(/\s*\n\s*(>?)/g, (_, end) => end || ' ')
      }
    },
  }
}

function squeezeStyles(css: string): string {
  return css
    .replaceAll(/\s*([{};,>])\s*/g, '$1')
    .replaceAll(': ', ':')
    .replaceAll(';}', '}')
}

/** Custom properties, but not the one that pages may set. */
function shortenNames(css: string, names: Map<string, string>): string {
  return css.replaceAll(/--(?!sectorcache)[a-z-]+/g, (name) => {
    const short = names.get(name) ?? `--${names.size.toString(36)}`
    names.set(name, short)
    return short
  })
}
