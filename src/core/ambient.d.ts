/*
 * `URL` and `URLPattern` are in every realm, but TypeScript declares them only with the DOM or the worker
 * library, which core must not see. This is the part of them that core uses.
 */
interface URLSearchParams extends Iterable<[string, string]> {
  append(name: string, value: string): void
  get(name: string): string | null
  set(name: string, value: string): void
  has(name: string): boolean
  sort(): void
  toString(): string
}
declare const URLSearchParams: { new (init?: string): URLSearchParams }

interface URL {
  readonly href: string
  readonly origin: string
  hash: string
  search: string
  readonly searchParams: URLSearchParams
}
declare const URL: { new (url: string | URL, base?: string | URL): URL }

interface URLPattern {
  readonly hasRegExpGroups: boolean
  readonly protocol: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
  test(input: string | URL): boolean
}
declare const URLPattern: { new (pattern: string, base?: string): URLPattern }
