import { afterAll, beforeAll, expect, test } from 'vitest'

import { expectedCrc } from '../../src/demo/guests/exerciser-workload.ts'
import { bootExerciser } from './boot-exerciser.ts'
import { serveOrigin, type ServedOrigin } from './serve-origin.ts'

const BOOT_TIMEOUT_MS = 300_000

let served: ServedOrigin
beforeAll(async () => {
  served = await serveOrigin()
})
afterAll(() => served.close())

test.each([
  ['exerciser.img', 64 * 2 ** 20],
  ['exerciser-1TiB.img', 2 ** 40],
])(
  'v86 boots %s from the origin, and the guest reads the expected bytes',
  async (name, sizeBytes) => {
    expect(await boot(name, sizeBytes)).toBe(`OK ${expectedCrc(sizeBytes / 512)}`)
  },
  BOOT_TIMEOUT_MS,
)

test(
  'a flipped bit gives another checksum, not another LBA',
  async () => {
    const result = await boot('exerciser-8MiB-flipped.img', 8 * 2 ** 20)
    expect(result).toMatch(/^OK /)
    expect(result).not.toBe(`OK ${expectedCrc(16384)}`)
  },
  BOOT_TIMEOUT_MS,
)

function boot(name: string, sizeBytes: number): Promise<string> {
  return bootExerciser({
    sizeBytes,
    async read(start, end) {
      const headers = { Range: `bytes=${start}-${end - 1}` }
      const response = await fetch(`${served.url}/disks/${name}`, { headers })
      if (response.status !== 206) throw new Error(`status ${response.status}`)
      return new Uint8Array(await response.arrayBuffer())
    },
  })
}
