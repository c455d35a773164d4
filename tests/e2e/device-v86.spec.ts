import type { Page } from '@playwright/test'
import { expectedCrc } from '../../src/demo/guests/exerciser-workload.ts'
import { createExerciserSource } from '../../src/demo/server/exerciser-source.ts'
import type { BlockDevice } from '../../src/core/block-device.ts'
import type { V86Buffer } from '../../src/device/v86-buffer.ts'
import { countWorkerReads, withCache } from '../support/device.ts'
import { expect, pageWith, test } from '../support/e2e-test.ts'
import { stopWorkers } from '../support/profile.ts'
import type { Site } from '../support/site.ts'

const sectorCount = 20_480
const disks = new Map([['guest.img', createExerciserSource(sectorCount)]])
const html = `${pageWith()}<script src="/libv86.js"></script><script type="module" src="/v86-device.js"></script>`

/** A guest of `v86-device.js`. */
interface Guest {
  readonly device: BlockDevice
  readonly disk: V86Buffer
  readonly emulator: {
    save_state(): Promise<ArrayBuffer>
    restore_state(state: ArrayBuffer): Promise<void>
    destroy(): Promise<void>
  }
  readonly checksum: Promise<string>
  readonly errors: readonly string[]
}

interface DevicePage {
  readonly v86Device: {
    boot(url: string): Promise<Guest>
    stateOfOther(url: string, start: number, bytes: Uint8Array): Promise<ArrayBuffer>
  }
}

async function openPage(tab: Page, site: Site): Promise<void> {
  await tab.goto(`${site.url}guest.html`)
  await tab.evaluate(() => sectorcache.ready)
  await tab.waitForFunction('globalThis.v86Device')
}

function bootGuest(tab: Page): Promise<{ checksum: string; errors: readonly string[] }> {
  return tab.evaluate(async () => {
    const { v86Device } = globalThis as unknown as DevicePage
    const guest = await v86Device.boot('/disks/guest.img')
    const checksum = await guest.checksum
    await guest.emulator.destroy()
    guest.device.close()
    return { checksum, errors: guest.errors }
  })
}

test('v86 boots a guest from a device, cold, warm and with the server closed', async ({
  tab,
  serve,
}) => {
  const site = await serve({
    content: 'pages',
    pages: { '/guest.html': html },
    extraDisks: disks,
  })
  const right = { checksum: expectedCrc(sectorCount), errors: [] }
  await openPage(tab, site)
  expect(await bootGuest(tab)).toEqual(right)
  await withCache(tab, (cache) => cache.disk('/disks/guest.img').prefetch())
  await openPage(tab, site)
  site.origin.reset()
  await site.close()
  await stopWorkers(tab)
  const before = await countWorkerReads(tab)
  expect(await bootGuest(tab)).toEqual(right)
  // The first byte, by which the device learns its version.
  expect((await countWorkerReads(tab)) - before).toBe(1)
})

test('a state of v86 has what the guest has written, and no more of the disk', async ({
  tab,
  serve,
}) => {
  const site = await serve({
    content: 'pages',
    pages: { '/guest.html': html },
    extraDisks: disks,
  })
  await openPage(tab, site)
  const seen = await tab.evaluate(async () => {
    const { v86Device } = globalThis as unknown as DevicePage
    const { disk, emulator, checksum } = await v86Device.boot('/disks/guest.img')
    await checksum
    const read = (): Promise<number[]> =>
      new Promise((resolve) => disk.get(512, 1024, (bytes) => resolve([...bytes])))
    const write = (value: number): void =>
      disk.set(1024, new Uint8Array(512).fill(value), () => undefined)
    const original = await read()
    write(1)
    const state = await emulator.save_state()
    write(2)
    const changed = await read()
    await emulator.restore_state(state)
    const restored = await read()
    const other = new Uint8Array(512).fill(3)
    await emulator.restore_state(await v86Device.stateOfOther('/disks/guest.img', 1024, other))
    const taken = await read()
    const first = original.slice(0, 512)
    const isAfter = (bytes: number[], value: number): boolean =>
      bytes.every((byte, at) => byte === (at < 512 ? first[at] : value))
    return {
      isChanged: isAfter(changed, 2),
      isRestored: isAfter(restored, 1),
      isTaken: isAfter(taken, 3),
      written: disk.writtenBytes,
    }
  })
  expect(seen).toEqual({ isChanged: true, isRestored: true, isTaken: true, written: 512 })
})
