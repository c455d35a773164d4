import { expectedCrc } from '../../src/demo/guests/exerciser-workload.ts'
import { expect, test } from '../support/e2e-test.ts'
import { stopWorkers } from '../support/profile.ts'

const mebibyte = 2 ** 20

test('the guest goes on when the worker is stopped in the middle of its boot', async ({
  tab,
  serve,
}) => {
  const site = await serve({ content: 'demo' })
  await tab.goto(`${site.url}?disk=exerciser.img&autoboot`)
  for (const chunks of [4, 20, 40]) {
    await expect.poll(() => site.diskRequests('exerciser.img').length).toBeGreaterThan(chunks)
    await stopWorkers(tab)
  }
  await expect(tab.locator('main')).toHaveAttribute('data-verdict', 'right')
  await expect(tab.locator('#serial')).toContainText(`OK ${expectedCrc(131_072)}`)
})

test('a prefetch finishes although the worker is stopped in it, and fetches nothing stored again', async ({
  tab,
  visit,
}) => {
  const site = await visit({}, { rateBitsPerSecond: 80e6 })
  const url = '/disks/exerciser-64MiB.img'
  await tab.evaluate(async (path) => {
    const cache = await sectorcache.ready
    const progress: number[] = []
    const prefetch = cache.disk(path).prefetch({
      onProgress: ({ storedBytes }) => progress.push(storedBytes),
    })
    Object.assign(globalThis, { progress, prefetch })
  }, url)
  const stopped: { start: number; end: number }[][] = []
  for (const reached of [8, 30]) {
    await expect.poll(() => lastProgress()).toBeGreaterThan(reached * mebibyte)
    stopped.push(await coverage())
    site.origin.reset()
    await stopWorkers(tab)
  }
  const report = await tab.evaluate(
    () => (globalThis as unknown as { prefetch: Promise<unknown> }).prefetch,
  )
  expect(report).toMatchObject({ totalBytes: 64 * mebibyte })
  expect(await coverage()).toEqual([{ start: 0, end: 64 * mebibyte }])
  const kept = stopped.at(-1) ?? []
  expect(kept.length).toBeGreaterThan(0)
  for (const start of requestedStarts()) {
    expect(kept.some((run) => run.start <= start && start < run.end)).toBe(false)
  }

  function lastProgress(): Promise<number> {
    return tab.evaluate(
      () => (globalThis as unknown as { progress: number[] }).progress.at(-1) ?? 0,
    )
  }
  function coverage(): Promise<{ start: number; end: number }[]> {
    return tab.evaluate(async (path) => {
      const cache = await sectorcache.ready
      return [...(await cache.disk(path).status()).coverage]
    }, url)
  }
  function requestedStarts(): number[] {
    return site
      .diskRequests('exerciser-64MiB.img')
      .map((request) => Number(/bytes=(\d+)/.exec(request)?.[1]))
  }
})

test('calls that find the worker stopped start it again', async ({ tab, visit }) => {
  await visit()
  const url = '/disks/exerciser-64MiB.img'
  const statusOf = (): Promise<unknown> =>
    tab.evaluate(async (path) => (await sectorcache.ready).disk(path).status(), url)
  await tab.evaluate(async (path) => {
    const cache = await sectorcache.ready
    await cache.disk(path).prefetch({ ranges: [{ start: 0, end: 3 * 2 ** 20 }] })
  }, url)
  const before = await statusOf()
  await stopWorkers(tab)
  expect(await statusOf()).toEqual(before)
  expect(before).toMatchObject({ storedBytes: 3 * mebibyte })
})

test('calls under way when the worker dies are made again if that is harmless, and else rejected', async ({
  tab,
  visit,
}) => {
  await visit()
  const url = '/disks/exerciser-64MiB.img'
  await tab.evaluate(async (path) => {
    const cache = await sectorcache.ready
    await cache.disk(path).prefetch({ ranges: [{ start: 0, end: 1 }] })
    // Holds the catalog, so that the worker cannot answer.
    const db = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('sectorcache')
      request.addEventListener('success', () => resolve(request.result))
    })
    const hold = { on: true }
    const store = db.transaction(['pages', 'generations'], 'readwrite').objectStore('pages')
    const spin = (): void => {
      if (hold.on) store.count().addEventListener('success', spin)
      else db.close()
    }
    spin()
    const outcome = (call: Promise<unknown>): Promise<unknown> =>
      call.then(
        () => 'answered',
        ({ code }) => code as string,
      )
    const disk = cache.disk(path)
    Object.assign(globalThis, { hold, calls: [outcome(disk.evict()), outcome(disk.status())] })
  }, url)
  // The page waits for the lock of the worker that has accepted its calls.
  await expect
    .poll(() =>
      tab.evaluate(async () => {
        const { pending = [] } = await navigator.locks.query()
        return pending.filter(({ name }) => name?.startsWith('sectorcache-worker')).length
      }),
    )
    .toBe(1)
  await stopWorkers(tab)
  const outcomes = await tab.evaluate(async () => {
    const { hold, calls } = globalThis as unknown as { hold: { on: boolean }; calls: unknown[] }
    const evicted = await calls[0]
    hold.on = false
    return [evicted, await calls[1]]
  })
  expect(outcomes).toEqual(['worker-timeout', 'answered'])
})
