/** What a page needs to run a client. */
export interface ClientPage {
  /** ES modules by the name under which the scenario imports them; paths below `node_modules`. */
  readonly modules?: Readonly<Record<string, string>>
  /** Classic scripts, after the tag; paths on the site, where `node_modules` is `/modules/`. */
  readonly scripts?: readonly string[]
  /** Further attributes of the tag; by default nothing is read ahead, so that a warm run asks for nothing. Such as `data-on-change="switch"`. */
  readonly attributes?: string
  /** @default '/disks/*' */
  readonly disks?: string
}

declare global {
  /** On pages of clients: SHA-256 in hex. */
  function digestOf(bytes: BufferSource): Promise<string>
}

/**
 * HTML of a client's page: its libraries, and `digestOf()`.
 *
 * @param cached - whether it has the script tag.
 */
export function clientPage(
  { modules = {}, scripts = [], attributes = '', disks = '/disks/*' }: ClientPage,
  { cached }: { cached: boolean },
): string {
  const imports = Object.fromEntries(
    Object.entries(modules).map(([name, path]) => [name, `/modules/${path}`]),
  )
  // Of an attribute that is there twice, the first one counts.
  const usual = 'data-readahead="off"'
  const tag = `<script src="/sectorcache.js" data-disks="${disks}" ${attributes} ${usual}></script>`
  return `<!doctype html><title>A client</title>
    ${cached ? tag : ''}
    <script type="importmap">${JSON.stringify({ imports })}</script>
    <script>
      async function digestOf(bytes) {
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
        return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
      }
    </script>
    ${scripts.map((path) => `<script src="${path}"></script>`).join('\n    ')}`
}
