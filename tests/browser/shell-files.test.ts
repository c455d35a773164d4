import { afterEach, expect, test } from 'vitest'

import { createShellFiles } from '../../src/worker/shell/shell-files.ts'

const site = 'https://site.example'
const scope = `${site}/${crypto.randomUUID()}/`
const limits = { budgetBytes: 1000, maxFileBytes: 400 }

afterEach(() => createShellFiles(scope).clear())

function url(name: string): string {
  return `${site}/${name}`
}

function file(bytes: number, headers: Record<string, string> = {}): Response {
  return new Response(new Uint8Array(bytes).fill(bytes % 251), { headers })
}

async function lengthOf(name: string): Promise<number | undefined> {
  const kept = await createShellFiles(scope, limits).find(new Request(url(name)))
  return kept && (await kept.arrayBuffer()).byteLength
}

test('what is kept is found, by another worker too', async () => {
  await createShellFiles(scope, limits).keep(url('a'), file(100, { 'Content-Type': 'text/x' }))
  const later = createShellFiles(scope, limits)
  expect(await later.has(url('a'))).toBe(true)
  expect(await later.has(url('b'))).toBe(false)
  const kept = await later.find(new Request(url('a')))
  expect(kept?.headers.get('Content-Type')).toBe('text/x')
  expect(await lengthOf('a')).toBe(100)
})

test('those that were kept first give way when there is no room', async () => {
  const files = createShellFiles(scope, limits)
  for (const name of ['a', 'b', 'c']) await files.keep(url(name), file(300))
  // In another life of the worker.
  await createShellFiles(scope, limits).keep(url('d'), file(300))
  expect(await Promise.all(['a', 'b', 'c', 'd'].map(lengthOf))).toEqual([undefined, 300, 300, 300])
})

test('one that is kept anew counts once', async () => {
  const files = createShellFiles(scope, limits)
  await files.keep(url('a'), file(300))
  for (let at = 0; at < 5; at++) await files.keep(url('b'), file(300 + at))
  expect(await Promise.all(['a', 'b'].map(lengthOf))).toEqual([300, 304])
})

test('one that is too long is not kept, and read no further', async () => {
  let pulled = 0
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      pulled++
      controller.enqueue(new Uint8Array(100))
    },
  })
  await createShellFiles(scope, limits).keep(url('a'), new Response(endless))
  expect(await lengthOf('a')).toBeUndefined()
  expect(pulled).toBeLessThan(10)
})

test('the same file is not written again, a newer one is', async () => {
  const files = createShellFiles(scope, limits)
  await files.keep(url('a'), file(100, { ETag: '"1"' }))
  await files.keep(url('a'), file(200, { ETag: '"1"' }))
  expect(await lengthOf('a')).toBe(100)
  await files.keep(url('a'), file(200, { ETag: '"2"' }))
  expect(await lengthOf('a')).toBe(200)
})

test('what was compressed on the way says so no more', async () => {
  const files = createShellFiles(scope, limits)
  await files.keep(url('a'), file(100, { 'Content-Encoding': 'gzip', 'Content-Length': '7' }))
  const kept = await files.find(new Request(url('a')))
  expect([kept?.headers.get('Content-Encoding'), kept?.headers.get('Content-Length')]).toEqual([
    null,
    null,
  ])
})

test('other scopes have their own files', async () => {
  await createShellFiles(scope, limits).keep(url('a'), file(100))
  expect(await createShellFiles(`${scope}other/`, limits).has(url('a'))).toBe(false)
})
