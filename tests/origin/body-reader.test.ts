import { afterEach, expect, test, vi } from 'vitest'
import { readBody } from '../../src/origin/body-reader.ts'
import type { BodyReader } from '../../src/origin/body-reader.ts'

afterEach(() => void vi.restoreAllMocks())

const bytes = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 7 + (at >> 8)) % 251)

/** A body that brings so many bytes at a time. */
function bodyOf(pieceBytes: number, type?: 'bytes'): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream<Uint8Array>({
    type: type as undefined,
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + pieceBytes))
      if ((at += pieceBytes) >= bytes.length) controller.close()
    },
  })
}

/** @returns what was read, and the views that were given out. */
async function readAll(reader: BodyReader): Promise<[Uint8Array, Uint8Array[]]> {
  const [copies, views]: [Uint8Array[], Uint8Array[]] = [[], []]
  for (let next = await reader.read(); next !== undefined; next = await reader.read()) {
    copies.push(next.slice())
    views.push(next)
  }
  return [Buffer.concat(copies), views]
}

for (const pieceBytes of [1, 1000, 65_536, 100_000].map((size) => size + 3)) {
  test(`a byte stream is read into one buffer, which is freed at its end (pieces of ${pieceBytes} bytes)`, async () => {
    const transfer = vi.spyOn(ArrayBuffer.prototype, 'transfer')
    const [read, views] = await readAll(readBody(bodyOf(pieceBytes, 'bytes'), bytes.length))
    expect(Buffer.compare(read, bytes)).toBe(0)
    expect(views.every(({ byteLength }) => byteLength === 0)).toBe(true)
    expect(transfer.mock.calls.at(-1)).toEqual([0])
  })

  test(`another stream is read as it comes (pieces of ${pieceBytes} bytes)`, async () => {
    const [read, views] = await readAll(readBody(bodyOf(pieceBytes), bytes.length))
    expect(Buffer.compare(read, bytes)).toBe(0)
    expect(Buffer.compare(Buffer.concat(views), bytes)).toBe(0)
  })
}

test('a body that brings more than was promised is read all the same', async () => {
  for (const promised of [0, 10, bytes.length - 1]) {
    const [read] = await readAll(readBody(bodyOf(1000, 'bytes'), promised))
    expect(Buffer.compare(read, bytes)).toBe(0)
  }
})

test('what a body fails with is thrown, and a body that is given up hears why', async () => {
  for (const type of ['bytes', undefined] as const) {
    const broken = new ReadableStream<Uint8Array>({
      type: type as undefined,
      pull: () => Promise.reject(new Error('The connection broke off.')),
    })
    await expect(readBody(broken, 10).read()).rejects.toThrow('The connection broke off.')
    let heard: unknown
    const unread = new ReadableStream<Uint8Array>({
      type: type as undefined,
      cancel: (reason) => void (heard = reason),
    })
    const reader = readBody(unread, 10)
    const reading = reader.read()
    await reader.cancel('enough')
    expect([heard, await reading]).toEqual(['enough', undefined])
  }
})
