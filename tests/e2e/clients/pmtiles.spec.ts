import type { Page } from '@playwright/test'
import type { DiskSource } from '../../../src/demo/server/disk-source.ts'
import { createMemorySource } from '../../support/clients/memory-source.ts'
import { makeNoise } from '../../support/clients/noise.ts'
import { writePmtilesArchive } from '../../support/clients/pmtiles-archive.ts'
import type { Tile } from '../../support/clients/pmtiles-archive.ts'
import { openClientSite, runFourWays } from '../../support/clients/run-four-ways.ts'
import { sha256Of } from '../../support/clients/sha256-of.ts'
import { expect, test } from '../../support/e2e-test.ts'

const modules = { pmtiles: 'pmtiles/dist/esm/index.js', fflate: 'fflate/esm/browser.js' }

/** All tiles of one zoom level. */
function makeTiles({ z, bytes, seed }: { z: number; bytes: number; seed: number }): Tile[] {
  const side = 2 ** z
  return Array.from({ length: side * side }, (_, at) => ({
    z,
    x: at % side,
    y: Math.floor(at / side),
    bytes: makeNoise(bytes, seed + at),
  }))
}

function archiveOf(tiles: readonly Tile[], name: string): DiskSource {
  return createMemorySource(writePmtilesArchive(tiles, { leafSize: 10, metadata: { name } }))
}

function tileDigest(tiles: readonly Tile[], x: number, y: number): string {
  const tile = tiles.find((candidate) => candidate.x === x && candidate.y === y)
  return sha256Of(tile?.bytes ?? new Uint8Array())
}

const tiles = makeTiles({ z: 3, bytes: 100_000, seed: 100 })
const small = makeTiles({ z: 1, bytes: 2_000, seed: 300 })

test('PMTiles reads header, directories, metadata and tiles, also of an archive shorter than its first read', async ({
  tab,
  serve,
}) => {
  const { result, asked } = await runFourWays(
    { tab, serve },
    {
      files: {
        'world.pmtiles': archiveOf(tiles, 'world'),
        'small.pmtiles': archiveOf(small, 'small'),
      },
      modules,
      scenario: async () => {
        const { PMTiles } = await import('pmtiles')
        const read = async (url: string, z: number, places: readonly [number, number][]) => {
          const archive = new PMTiles(url)
          const digests: (string | undefined)[] = []
          for (const [x, y] of places) {
            const tile = await archive.getZxy(z, x, y)
            digests.push(tile && (await digestOf(tile.data)))
          }
          return { metadata: await archive.getMetadata(), digests }
        }
        return {
          world: await read('/disks/world.pmtiles', 3, [
            [0, 0],
            [7, 7],
            [3, 5],
            [6, 1],
          ]),
          small: await read('/disks/small.pmtiles', 1, [[1, 1]]),
        }
      },
    },
  )
  expect(result).toEqual({
    world: {
      metadata: { name: 'world' },
      digests: [
        tileDigest(tiles, 0, 0),
        tileDigest(tiles, 7, 7),
        tileDigest(tiles, 3, 5),
        tileDigest(tiles, 6, 1),
      ],
    },
    small: { metadata: { name: 'small' }, digests: [tileDigest(small, 1, 1)] },
  })
  expect(asked.filter((request) => request === 'GET bytes=0-16383')).toHaveLength(2)
})

test('with on-change=switch PMTiles heals by itself when its archive is replaced', async ({
  tab,
  serve,
}) => {
  const replaced = makeTiles({ z: 3, bytes: 100_100, seed: 500 })
  const files = new Map([['world.pmtiles', archiveOf(tiles, 'old')]])
  const client = { files: {}, modules, attributes: 'data-on-change="switch"' }
  const site = await openClientSite({ tab, serve }, client, { extraDisks: files })
  await tab.goto(`${site.url}cached.html`)
  const read = (x: number, y: number): Promise<{ digest?: string; error?: string }> =>
    tab.evaluate(
      async ([column, row]) => {
        const { PMTiles } = await import('pmtiles')
        const kept = globalThis as { archive?: InstanceType<typeof PMTiles> }
        kept.archive ??= new PMTiles('/disks/world.pmtiles')
        try {
          const tile = await kept.archive.getZxy(3, column, row)
          return tile ? { digest: await digestOf(tile.data) } : {}
        } catch (error) {
          return { error: String(error) }
        }
      },
      [x, y] as const,
    )
  expect(await read(0, 0)).toEqual({ digest: tileDigest(tiles, 0, 0) })
  const modes: string[] = []
  await tab.exposeFunction('tellMode', (mode: string) => modes.push(mode))
  await tab.evaluate(() => {
    const native = globalThis.fetch
    globalThis.fetch = (input, init) => {
      const { tellMode } = globalThis as unknown as { tellMode: (mode: string) => void }
      tellMode(init?.cache ?? 'default')
      return native(input, init)
    }
  })
  files.set('world.pmtiles', archiveOf(replaced, 'new'))
  // Nothing of this tile is stored: the read finds out, and begins anew.
  for (const [x, y] of [
    [7, 0],
    [0, 0],
    [5, 2],
  ] as const) {
    expect(await read(x, y)).toEqual({ digest: tileDigest(replaced, x, y) })
  }
  expect(modes).toContain('reload')
  site.origin.reset()
  await site.close()
  expect(await read(7, 0)).toEqual({ digest: tileDigest(replaced, 7, 0) })
})

const windowsAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0.0.0 Safari/537.36'

async function pretendWindows(tab: Page): Promise<void> {
  await tab.addInitScript((userAgent) => {
    Object.defineProperty(navigator, 'userAgent', { value: userAgent })
  }, windowsAgent)
}

test('in Chromium on Windows PMTiles goes past every cache, unless it is told not to', async ({
  tab,
  serve,
}) => {
  await pretendWindows(tab)
  const { result } = await runFourWays(
    { tab, serve },
    {
      files: { 'world.pmtiles': archiveOf(tiles, 'world') },
      modules,
      scenario: async () => {
        const { FetchSource, PMTiles } = await import('pmtiles')
        const source = new FetchSource('/disks/world.pmtiles')
        const wasPast = source.chromeWindowsNoCache
        source.chromeWindowsNoCache = false
        const tile = await new PMTiles(source).getZxy(3, 4, 4)
        return { wasPast, digest: tile && (await digestOf(tile.data)) }
      },
    },
  )
  expect(result).toEqual({ wasPast: true, digest: tileDigest(tiles, 4, 4) })
})

test('what PMTiles reads past the store is not stored, and offline it is served what was prefetched', async ({
  tab,
  serve,
}) => {
  await pretendWindows(tab)
  const files = { 'world.pmtiles': archiveOf(tiles, 'world') }
  const site = await openClientSite({ tab, serve }, { files, modules })
  await tab.goto(`${site.url}cached.html`)
  const read = (): Promise<string | undefined> =>
    tab.evaluate(async () => {
      const { PMTiles } = await import('pmtiles')
      const tile = await new PMTiles('/disks/world.pmtiles').getZxy(3, 4, 4)
      return tile && digestOf(tile.data)
    })
  const status = (): Promise<number> =>
    tab.evaluate(async () => {
      const disk = (await sectorcache.ready).disk('/disks/world.pmtiles')
      return (await disk.status()).storedBytes
    })
  expect(await read()).toBe(tileDigest(tiles, 4, 4))
  expect(await status()).toBe(0)
  await tab.evaluate(async () => (await sectorcache.ready).disk('/disks/world.pmtiles').prefetch())
  await site.close()
  expect(await read()).toBe(tileDigest(tiles, 4, 4))
})
