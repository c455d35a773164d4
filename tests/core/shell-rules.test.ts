import { expect, test } from 'vitest'

import {
  isSameShellFile,
  isShellRequest,
  mayAnswerSlow,
  mayKeepInShell,
} from '../../src/core/shell-rules.ts'

const site = 'https://site.example'
const usual = { url: `${site}/app.js`, method: 'GET', cache: 'default', headers: new Headers() }

test('whole files of the site are answered, whatever the cache mode that still allows it', () => {
  expect(isShellRequest(usual, site)).toBe(true)
  for (const cache of ['reload', 'no-cache', 'force-cache']) {
    expect(isShellRequest({ ...usual, cache }, site)).toBe(true)
  }
})

for (const [what, changed] of [
  ['another origin', { url: 'https://other.example/app.js' }],
  ['the same host on another port', { url: 'https://site.example:8443/app.js' }],
  ['a POST', { method: 'POST' }],
  ['a HEAD', { method: 'HEAD' }],
  ['a request past all caches', { cache: 'no-store' }],
  ['a request for what is cached only', { cache: 'only-if-cached' }],
  ['a range', { headers: new Headers({ Range: 'bytes=0-' }) }],
  ['somebody who logs in', { headers: new Headers({ Authorization: 'Bearer x' }) }],
  ['a stream of events', { headers: new Headers({ Accept: 'text/event-stream' }) }],
] as const) {
  test(`${what} is left to the network`, () => {
    expect(isShellRequest({ ...usual, ...changed }, site)).toBe(false)
  })
}

const response = { status: 200, type: 'basic', redirected: false, headers: new Headers() }

test('what is whole, readable and nobody’s secret is kept', () => {
  expect(mayKeepInShell(response)).toBe(true)
  const headers = new Headers({ 'Cache-Control': 'public, max-age=0', Vary: 'Accept-Encoding' })
  expect(mayKeepInShell({ ...response, headers })).toBe(true)
})

for (const [what, changed] of [
  ['a part', { status: 206 }],
  ['an error', { status: 404 }],
  ['an opaque response', { type: 'opaque', status: 0 }],
  ['a redirect', { type: 'opaqueredirect', status: 0 }],
  ['another origin’s', { type: 'cors' }],
  ['what was redirected, perhaps to a login page', { redirected: true }],
  ['no-store', { headers: new Headers({ 'Cache-Control': 'No-Store' }) }],
  ['private', { headers: new Headers({ 'Cache-Control': 'max-age=60, private' }) }],
  ['what varies by everything', { headers: new Headers({ Vary: '*' }) }],
  ['what is too long', { headers: new Headers({ 'Content-Length': String(2 ** 25 + 1) }) }],
] as const) {
  test(`${what} is not kept`, () => {
    expect(mayKeepInShell({ ...response, ...changed })).toBe(false)
  })
}

test('a file is surely the same if its ETag is', () => {
  const same = (kept: Record<string, string>, newer: Record<string, string>): boolean =>
    isSameShellFile(new Headers(kept), new Headers(newer))
  const date = 'Mon, 01 Jan 2024 00:00:00 GMT'
  expect(same({ ETag: '"1"' }, { ETag: '"1"' })).toBe(true)
  expect(same({ ETag: '"1"' }, { ETag: '"2"' })).toBe(false)
  expect(same({ 'Last-Modified': date }, { 'Last-Modified': date })).toBe(false)
})

test('while the network is slow, parts of pages are answered, and no data', () => {
  const kept = (type: string): { headers: Headers } => ({
    headers: new Headers({ 'Content-Type': type }),
  })
  for (const destination of ['document', 'script', 'style', 'worker']) {
    expect(mayAnswerSlow({ destination }, kept('text/plain'))).toBe(true)
  }
  expect(mayAnswerSlow({ destination: '' }, kept('application/wasm'))).toBe(true)
  for (const type of ['application/json', 'application/octet-stream', 'text/html']) {
    expect(mayAnswerSlow({ destination: '' }, kept(type))).toBe(false)
  }
})
