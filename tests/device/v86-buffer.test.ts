import { afterEach, expect, test, vi } from 'vitest'
import type { BlockDevice } from '../../src/core/block-device.ts'
import { DiskCacheError } from '../../src/core/errors.ts'
import type { DiskCacheErrorCode } from '../../src/core/errors.ts'
import { createV86Buffer } from '../../src/device/v86-buffer.ts'
import type { V86Buffer } from '../../src/device/v86-buffer.ts'

const size = 64 * 1024

/** A disk whose bytes count sectors, and whose next reads fail with these codes. */
function createDevice(failures: DiskCacheErrorCode[] = []): BlockDevice & { reads: number } {
  return {
    size,
    etag: '"1"',
    reads: 0,
    async read(offset, length) {
      this.reads++
      await Promise.resolve()
      const code = failures.shift()
      if (code !== undefined) throw new DiskCacheError(code, 'as the test wants it')
      return Uint8Array.from({ length }, (_, at) => (offset + at) >> 9)
    },
    close: () => undefined,
  }
}

function get(buffer: V86Buffer, start: number, length: number): Promise<number[]> {
  return new Promise((resolve) => buffer.get(start, length, (bytes) => resolve([...bytes])))
}

const sector = (value: number, length = 512): number[] => Array.from({ length }, () => value)

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('is loaded as soon as v86 listens', () => {
  const buffer = createV86Buffer(createDevice())
  const loaded = vi.fn()
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it is what v86 does
  buffer.onload = loaded
  buffer.load()
  expect(loaded).toHaveBeenCalledOnce()
  expect(buffer.byteLength).toBe(size)
})

test('reads the disk, and over it what the guest has written', async () => {
  const device = createDevice()
  const buffer = createV86Buffer(device)
  const data = new Uint8Array(512).fill(200)
  buffer.set(1024, data, () => undefined)
  data.fill(3) // v86 uses its own buffer again
  expect(await get(buffer, 512, 1536)).toEqual([...sector(1), ...sector(200), ...sector(3)])
  expect(device.reads).toBe(1)
  expect(await get(buffer, 1024, 512)).toEqual(sector(200))
  expect(device.reads).toBe(1)
  expect(buffer.writtenBytes).toBe(512)
})

test('what is written while a read is under way is in it', async () => {
  const buffer = createV86Buffer(createDevice())
  const reading = get(buffer, 0, 512)
  buffer.set(0, new Uint8Array(512).fill(9), () => undefined)
  expect(await reading).toEqual(sector(9))
})

test('has the first sector at once, once v86 has asked for it', async () => {
  const buffer = createV86Buffer(createDevice())
  expect(buffer.get_from_cache(512, 512)).toBeUndefined()
  await new Promise<void>((resolve) => buffer.get_and_cache(512, 512, () => resolve()))
  expect([...(buffer.get_from_cache(512, 512) ?? [])]).toEqual(sector(1))
  buffer.set(512, new Uint8Array(512).fill(7), () => undefined)
  expect([...(buffer.get_from_cache(512, 512) ?? [])]).toEqual(sector(7))
})

test('saves what was written, in the form of v86’s own disks, and takes it back', async () => {
  const buffer = createV86Buffer(createDevice())
  buffer.set(4096 - 256, new Uint8Array(512).fill(8), () => undefined)
  const state = buffer.get_state()
  expect(state).toEqual([
    [
      [15, new Uint8Array(256).fill(8)],
      [16, new Uint8Array(256).fill(8)],
    ],
  ])
  buffer.set(0, new Uint8Array(512).fill(5), () => undefined)
  buffer.set_state(state)
  expect(await get(buffer, 0, 512)).toEqual(sector(0))
  expect(await get(buffer, 4096 - 512, 1024)).toEqual([
    ...sector(7, 256),
    ...sector(8),
    ...sector(8, 256),
  ])
})

test('tries a read again when it fails, and tells of each failure', async () => {
  vi.useFakeTimers()
  const failed: string[] = []
  const device = createDevice(['origin-unreachable', 'origin-status'])
  const buffer = createV86Buffer(device, { onError: ({ code }) => failed.push(code) })
  const reading = get(buffer, 512, 512)
  await vi.advanceTimersByTimeAsync(2000)
  expect(await reading).toEqual(sector(1))
  expect(failed).toEqual(['origin-unreachable', 'origin-status'])
})

test('goes on reading for a page that throws when it hears of a failure', async () => {
  vi.useFakeTimers()
  const told = vi.fn<(error: unknown) => void>()
  vi.stubGlobal('reportError', told)
  const thrown = new Error('the page')
  const onError = (): never => {
    throw thrown
  }
  const reading = get(createV86Buffer(createDevice(['origin-status']), { onError }), 512, 512)
  await vi.advanceTimersByTimeAsync(1000)
  expect(await reading).toEqual(sector(1))
  expect(told.mock.calls).toEqual([[thrown]])
})

test('does not try again what is lost, or what v86 has given up', async () => {
  vi.useFakeTimers()
  const failed: string[] = []
  const device = createDevice(['disk-changed', 'origin-unreachable'])
  const buffer = createV86Buffer(device, { onError: ({ code }) => failed.push(code) })
  const done = vi.fn()
  buffer.get(0, 512, done)
  const controller = new AbortController()
  buffer.get(0, 512, done, { signal: controller.signal })
  await vi.advanceTimersByTimeAsync(0)
  controller.abort()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(failed).toEqual(['disk-changed', 'origin-unreachable'])
  expect([done.mock.calls.length, device.reads]).toEqual([0, 2])
})

test('refuses writes that are no multiples of half a sector', () => {
  const buffer = createV86Buffer(createDevice())
  expect(() => buffer.set(1, new Uint8Array(512), () => undefined)).toThrow(/multiples of 256/)
})
