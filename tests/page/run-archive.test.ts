import { expect, test, vi } from 'vitest'
import type { LazyScripts } from '../../src/page/lazy-scripts.ts'
import { createArchiveCalls } from '../../src/page/run-archive.ts'
import type { WorkerLink } from '../../src/page/worker-link.ts'
import type { ArchiveCalls } from '../../src/protocol/archive.ts'

const url = 'https://example.org/disks/a.img'
const never = new Promise<never>(() => undefined)

type Script = Awaited<ReturnType<LazyScripts['archive']>>

function callsWith(archive: () => Promise<Partial<Script>>): ArchiveCalls {
  const load = { archive } as unknown as LazyScripts
  return createArchiveCalls({} as WorkerLink['api'], { url, load })
}

/** An archive of which the first bytes come, and no others. */
function stuckArchive(cancel: () => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({ start: (it) => it.enqueue(new Uint8Array(512)), cancel })
}

test('an export is stopped while its script is being loaded', async () => {
  const canceller = new AbortController()
  const reading = callsWith(() => never)
    .export(canceller)
    .getReader()
    .read()
  canceller.abort()
  await expect(reading).rejects.toMatchObject({
    code: 'aborted',
    message: expect.stringContaining(`The export of ${url} was aborted.`),
  })
})

test('an export that waits for its next bytes is stopped, and no more is made of it', async () => {
  const cancel = vi.fn()
  const canceller = new AbortController()
  const calls = callsWith(async () => ({ exportDisk: () => stuckArchive(cancel) }))
  const reader = calls.export(canceller).getReader()
  expect((await reader.read()).value?.byteLength).toBe(512)
  const reading = reader.read()
  canceller.abort()
  await expect(reading).rejects.toMatchObject({ code: 'aborted' })
  await vi.waitUntil(() => cancel.mock.calls.length > 0)
})

test('an export that nobody reads on is made no further', async () => {
  const cancel = vi.fn()
  const reader = callsWith(async () => ({ exportDisk: () => stuckArchive(cancel) }))
    .export()
    .getReader()
  await reader.read()
  await reader.cancel()
  await vi.waitUntil(() => cancel.mock.calls.length > 0)
})

test('an export tells why it failed, and that its script is missing', async () => {
  const broken = new ReadableStream<never>({ start: (it) => it.error(new Error('broken')) })
  const failing = callsWith(async () => ({ exportDisk: () => broken })).export()
  await expect(failing.getReader().read()).rejects.toThrow('broken')
  const missing = callsWith(() => Promise.reject(new Error('404'))).export()
  await expect(missing.getReader().read()).rejects.toMatchObject({ code: 'unsupported' })
})

test('an import is stopped while its script is being loaded', async () => {
  const canceller = new AbortController()
  const importing = callsWith(() => never).import(new ReadableStream(), canceller)
  canceller.abort()
  await expect(importing).rejects.toMatchObject({ code: 'aborted' })
})
