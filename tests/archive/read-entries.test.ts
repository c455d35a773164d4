import { packTar } from 'modern-tar'
import { expect, test } from 'vitest'

import { readEntries } from '../../src/archive/read-entries.ts'

const text = 'some text'.repeat(200)
const tar = await packTar([
  { header: { name: 'one', size: text.length }, body: text },
  { header: { name: 'two', size: 3 }, body: 'two' },
])

/** In pieces of 100 bytes. */
function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.byteLength) controller.enqueue(bytes.slice(at, (at += 100)))
      else controller.close()
    },
  })
}

async function readAll(
  stream: ReadableStream<Uint8Array>,
  { maxBytes = 1e6, signal }: { maxBytes?: number; signal?: AbortSignal } = {},
): Promise<[string, string][]> {
  const found: [string, string][] = []
  for await (const entry of readEntries(stream, { signal })) {
    found.push([entry.name, new TextDecoder().decode(await entry.read(maxBytes))])
  }
  return found
}

test('reads every entry, in order', async () => {
  expect(await readAll(streamOf(tar))).toEqual([
    ['one', text],
    ['two', 'two'],
  ])
})

test.each([100, 512, 1000, tar.byteLength - 1500])(
  'says that an archive of which %i bytes are there is cut short',
  async (length) => {
    const reading = readAll(streamOf(tar.slice(0, length)))
    await expect(reading).rejects.toMatchObject({ code: 'integrity-failed' })
  },
)

test('says that something else is no archive', async () => {
  const noise = new TextEncoder().encode('<!doctype html>'.repeat(100))
  await expect(readAll(streamOf(noise))).rejects.toMatchObject({ code: 'integrity-failed' })
})

test('refuses a long entry before it is read', async () => {
  const reading = readAll(streamOf(tar), { maxBytes: 100 })
  await expect(reading).rejects.toThrow('"one" is 1800 bytes long')
})

test('the error of the stream itself is told as it is', async () => {
  const broken = new Error('the stick was pulled out')
  let isFirst = true
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isFirst) controller.enqueue(tar.slice(0, 1000))
      else controller.error(broken)
      isFirst = false
    },
  })
  await expect(readAll(stream)).rejects.toBe(broken)
})

test('stops at a signal, and lets go of the stream', async () => {
  const controller = new AbortController()
  let isCancelled = false
  const stream = new ReadableStream<Uint8Array>({
    pull: (its) => its.enqueue(new Uint8Array(100)),
    cancel: () => void (isCancelled = true),
  })
  controller.abort(new Error('enough'))
  await expect(readAll(stream, { signal: controller.signal })).rejects.toThrow('enough')
  expect(isCancelled).toBe(true)
})

test('lets go of the stream when nobody wants the rest', async () => {
  let isCancelled = false
  const source = streamOf(tar).getReader()
  const stream = new ReadableStream<Uint8Array>({
    async pull(its) {
      const { value } = await source.read()
      if (value !== undefined) its.enqueue(value)
    },
    cancel: () => void (isCancelled = true),
  })
  for await (const { name } of readEntries(stream)) {
    expect(name).toBe('one')
    break
  }
  expect(isCancelled).toBe(true)
})
