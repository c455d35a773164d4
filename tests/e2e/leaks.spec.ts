import type { Page } from '@playwright/test'
import { expect, test } from '../support/e2e-test.ts'
import { stopWorkers } from '../support/profile.ts'
import { exerciserDigest, readRange } from '../support/read.ts'

const MiB = 2 ** 20
const url = '/disks/exerciser-64MiB.img'
const sectors = 64 * 2 ** 11
const cycles = 12

/** Bytes of all files in OPFS. */
function bytesInFiles(tab: Page): Promise<number> {
  return tab.evaluate(async () => {
    // The worker deletes meanwhile what it had begun.
    async function sizeOf(file: FileSystemFileHandle): Promise<number> {
      return file.getFile().then(
        ({ size }) => size,
        () => 1,
      )
    }
    async function measure(folder: FileSystemDirectoryHandle): Promise<number> {
      let bytes = 0
      for await (const entry of folder.values()) {
        bytes +=
          entry.kind === 'directory'
            ? await measure(entry as FileSystemDirectoryHandle)
            : // An empty file counts too: it is one that nobody will ever read.
              (await sizeOf(entry as FileSystemFileHandle)) || 1
      }
      return bytes
    }
    return measure(await navigator.storage.getDirectory())
  })
}

test('workers that are stopped while they write leave nothing behind in the end', async ({
  tab,
  visit,
}) => {
  await visit({ attributes: 'data-store="opfs"' })
  for (let cycle = 0; cycle < cycles; cycle++) {
    const range = [cycle * 4 * MiB, (cycle + 1) * 4 * MiB] as const
    // Its bytes are here, and the worker is writing them.
    const seen = await readRange(tab, url, range)
    expect(seen.digest).toBe(await exerciserDigest(sectors, range))
    await stopWorkers(tab)
  }
  await readRange(tab, url, [0, 512])
  await expect
    .poll(
      async () => {
        const { storedBytes } = await tab.evaluate(
          async (path) => (await sectorcache.ready).disk(path).status(),
          url,
        )
        return (await bytesInFiles(tab)) - storedBytes
      },
      { timeout: 20_000 },
    )
    .toBe(0)
})
