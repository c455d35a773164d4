import type { Handler } from './site.ts'

/** A file of a site: a script, unless its headers tell otherwise. */
export interface SiteFile {
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Serves files by path, whatever their query. They may be changed meanwhile. */
export function files(contents: Readonly<Record<string, SiteFile>>): Handler {
  return ({ url = '' }, response, next) => {
    const file = contents[url.replace(/\?.*/, '')]
    if (file === undefined) {
      next()
      return
    }
    const type = 'text/javascript; charset=utf-8'
    response.writeHead(200, { 'Content-Type': type, ...file.headers }).end(file.body)
  }
}
