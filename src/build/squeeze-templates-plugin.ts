import type { Plugin } from 'vite'

/**
 * Takes the indentation out of the panel's templates, and the white space out of its styles: minifiers leave template
 * literals as they are, and nothing in ours depends on it.
 */
export function squeezeTemplatesPlugin(): Plugin {
  return {
    name: 'sectorcache:squeeze-templates',
    apply: 'build',
    enforce: 'post',
    transform: {
      filter: { id: /\/src\/panel\/.*\.ts$/ },
      handler(code, id) {
        const lines = code.replaceAll(/\n\s+/g, '\n')
        if (!id.includes('/styles/')) return { code: lines, map: null }
        return { code: lines.replaceAll(/`\n[^`]+`/g, squeezeStyles), map: null }
      },
    },
  }
}

function squeezeStyles(css: string): string {
  return css
    .replaceAll(/\s*([{};,])\s*/g, '$1')
    .replaceAll(': ', ':')
    .replaceAll(';}', '}')
}
