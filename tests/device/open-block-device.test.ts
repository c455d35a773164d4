import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { BlockDevice } from '../../src/core/block-device.ts'
import { byteLengthOf } from '../../src/core/byte-range.ts'
import type { ByteRange } from '../../src/core/byte-range.ts'
import { openBlockDevice } from '../../src/device/open-block-device.ts'
import { openStoredDisk } from '../../src/device/stored-disk.ts'
import type { StoredChunks } from '../../src/device/stored-chunks.ts'

vi.mock('../../src/device/stored-disk.ts')

const sizeBytes = 1000

/** How often the catalog was asked. */
let looks: number
/** What the catalog has. */
let generation: StoredChunks | undefined
/** As if a worker or page had announced that it gave up something of the disk. */
let giveUp: () => void
let nowMs: number

beforeEach(() => {
  looks = 0
  generation = undefined
  nowMs = 5_000
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  vi.mocked(openStoredDisk).mockImplementation((_, onGivenUp) => {
    giveUp = onGivenUp
    return {
      async find() {
        looks++
        return generation
      },
      close: () => undefined,
    }
  })
  vi.stubGlobal('location', { href: 'https://example.org/' })
  vi.stubGlobal('fetch', async (_: string, { headers }: { headers: Headers }) => answer(headers))
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** The worker's: its bytes are all 1. */
function answer(headers: Headers): Response {
  const [start = 0, last = 0] = (headers.get('range') ?? '').replace('bytes=', '').split('-')
  return new Response(new Uint8Array(Number(last) - Number(start) + 1).fill(1), {
    status: 206,
    headers: {
      ETag: '"1"',
      'Content-Range': `bytes ${start}-${last}/${sizeBytes}`,
      'Cache-Status': 'sectorcache; hit',
    },
  })
}

/** A generation: all of it is stored, and its bytes are all 2; or nothing. */
function createGeneration(id: string, isStored: boolean): StoredChunks {
  const read = async (range: ByteRange): Promise<Uint8Array<ArrayBuffer> | undefined> =>
    isStored ? new Uint8Array(byteLengthOf(range)).fill(2) : undefined
  return {
    record: { id },
    grid: { sizeBytes, chunkSize: 512 },
    load: () => undefined,
    recheck: async () => undefined,
    isStored: () => isStored,
    readsWhole: () => false,
    read,
  } as unknown as StoredChunks
}

function open(): Promise<BlockDevice> {
  // Nothing in memory: each read asks the store, and then the worker.
  return openBlockDevice('/disks/a.img', { memoryBytes: 0 })
}

/** Reads a byte, and lets a look-up end that began with it. */
async function readFrom(device: BlockDevice): Promise<'worker' | 'store'> {
  const [byte] = await device.read(100, 1)
  await new Promise(setImmediate)
  return byte === 1 ? 'worker' : 'store'
}

test('refuses what is no URL, and a memory of less than nothing', async () => {
  await expect(openBlockDevice('https://')).rejects.toMatchObject({
    code: 'no-such-disk',
    cause: { code: 'ERR_INVALID_URL' },
  })
  for (const memoryBytes of [-1, Number.NaN]) {
    await expect(openBlockDevice('/disks/a.img', { memoryBytes })).rejects.toMatchObject({
      code: 'invalid-option',
    })
  }
})

test('a device whose version is stored under another id finds that after a second, and looks no more often', async () => {
  generation = createGeneration('first', false)
  const device = await open()
  for (let time = 0; time < 20; time++) expect(await readFrom(device)).toBe('worker')
  // When it was read first, and after that read.
  expect(looks).toBe(2)
  generation = createGeneration('second', true)
  nowMs += 999
  expect([await readFrom(device), await readFrom(device)]).toEqual(['worker', 'worker'])
  expect(looks).toBe(2)
  nowMs += 1
  expect([await readFrom(device), await readFrom(device)]).toEqual(['worker', 'store'])
  expect(looks).toBe(3)
})

test('a device that knows of nothing stored looks after each read', async () => {
  const device = await open()
  for (let time = 0; time < 3; time++) expect(await readFrom(device)).toBe('worker')
  expect(looks).toBe(4)
  generation = createGeneration('first', true)
  expect([await readFrom(device), await readFrom(device)]).toEqual(['worker', 'store'])
  expect(looks).toBe(5)
})

test('a device that hears of something given up looks at once, and again after the next read', async () => {
  generation = createGeneration('first', false)
  const device = await open()
  await readFrom(device)
  giveUp()
  expect(await readFrom(device)).toBe('worker')
  expect(looks).toBe(4)
  giveUp()
  generation = createGeneration('second', true)
  expect(await readFrom(device)).toBe('store')
  expect(looks).toBe(5)
})
