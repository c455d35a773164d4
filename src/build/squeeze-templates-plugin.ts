import type { Plugin } from 'vite'

/**
 * Takes white space out of the templates and styles of the panel's script, and shortens the names of its colours: minifiers leave
 * template literals as they are, and nothing in ours depends on how much white space there is.
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
        // In what is minified, there are no other line breaks. One before the end of a tag is no space between two words.
        const lines = output.code.replaceAll(/\s*\n\s*(>?)/g, (_, end) => end || ' ')
        // Between two tags, and at the end of what is in one, it separates no words either.
        output.code = shortenNames(lines).replaceAll('> <', '><').replaceAll(' </', '</')
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

/** Custom properties that are used, but not the one that pages may set; in the order in which they are, so that each build is the same. */
function shortenNames(code: string): string {
  const names = Array.from(
    code.matchAll(/var\((--(?!sectorcache)[a-z-]+)/g),
    ([, name = '']) => name,
  )
  return [...new Set(names)].reduce(
    (shorter, name, at) =>
      shorter.replaceAll(new RegExp(`${name}(?=[:),])`, 'g'), `--${at.toString(36)}`),
    code,
  )
}
