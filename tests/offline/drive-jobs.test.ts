import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { DiskCacheError } from '../../src/core/errors.ts'
import { driveJobs } from '../../src/offline/drive-jobs.ts'
import type { PrefetchStep, PrefetchStepReport } from '../../src/protocol/worker-api.ts'
import type { JobCatalog } from '../../src/storage/job-catalog.ts'
import type { JobRecord } from '../../src/storage/job-record.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('navigator', network)
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const page = new EventTarget()
const connection = Object.assign(new EventTarget(), { saveData: false })
/** The locks of a browser with one page. */
const locks = {
  request: (_name: string, _options: unknown, work: () => Promise<void>) => work(),
}
const network = { onLine: true, connection, locks }

type Answer = Partial<PrefetchStepReport> | DiskCacheError

function job(id: string, more: Partial<JobRecord> = {}): JobRecord {
  const url = `https://example.test/${id}.img`
  const counts = { fetchedBytes: 0, bytesPerSecond: 0, createdAt: Number.parseInt(id, 36) }
  return { id, url, state: 'queued', priority: 0, ...counts, ...more }
}

function bench(records: readonly JobRecord[], answer: (url: string, nth: number) => Answer) {
  const kept = new Map(records.map((record) => [record.id, record]))
  const steps: string[] = []
  const asked: PrefetchStep[] = []
  const jobs = {
    list: async () => [...kept.values()],
    async update(id: string, change: (known: JobRecord) => JobRecord) {
      const known = kept.get(id)
      if (known === undefined) return undefined
      kept.set(id, change(known))
      return kept.get(id)
    },
  } as unknown as JobCatalog
  const driver = driveJobs({
    scope: 'https://example.test/',
    jobs,
    changed: () => undefined,
    api: {
      async prefetchStep(url, step) {
        await new Promise((resolve) => setTimeout(resolve, 500))
        const name = url.replace(/.*\/(.*)\.img/, '$1')
        steps.push(name)
        asked.push(step)
        const reply = answer(name, steps.filter((at) => at === name).length)
        if (reply instanceof DiskCacheError) throw reply
        const usual = { kind: 'progress', generation: 'g', totalBytes: 100, storedBefore: 0 }
        return { ...usual, storedBytes: 100, done: true, ...reply } as PrefetchStepReport
      },
    },
  })
  return { driver, steps, asked, kept, state: (id: string) => kept.get(id)?.state }
}

const half: Answer = { storedBytes: 50, done: false }
const away = new DiskCacheError('origin-unreachable', 'away')

test('works jobs off one after the other, the most urgent first, and then the oldest', async () => {
  const records = [job('3'), job('1'), job('2', { priority: 5 }), job('4', { state: 'paused' })]
  const { driver, steps, state } = bench(records, (_, nth) => (nth === 1 ? half : {}))
  driver.look()
  await vi.advanceTimersByTimeAsync(5000)
  expect(steps).toEqual(['2', '2', '1', '1', '3', '3'])
  expect(['1', '2', '3', '4'].map(state)).toEqual(['done', 'done', 'done', 'paused'])
})

test('counts what came, on from what came before a restart, and what was there is no part of it', async () => {
  const records = [job('1', { fetchedBytes: 7 })]
  const { driver, kept } = bench(records, (_, nth) =>
    nth === 1 ? { storedBefore: 30, storedBytes: 50, done: false } : { storedBefore: 50 },
  )
  driver.look()
  await vi.advanceTimersByTimeAsync(600)
  expect(kept.get('1')).toMatchObject({ state: 'running', storedBytes: 50, fetchedBytes: 27 })
  await vi.advanceTimersByTimeAsync(600)
  expect(kept.get('1')).toMatchObject({ state: 'done', storedBytes: 100, fetchedBytes: 77 })
})

test('one that is paused, or gone, in the middle of a step rests; a more urgent one goes before it', async () => {
  const { driver, steps, kept, state } = bench([job('1'), job('2')], () => half)
  driver.look()
  await vi.advanceTimersByTimeAsync(700)
  kept.set('1', { ...job('1'), state: 'paused' })
  driver.look()
  await vi.advanceTimersByTimeAsync(1100)
  expect(steps).toEqual(['1', '1', '2'])
  expect(kept.get('1')).toMatchObject({ state: 'paused', storedBytes: 50 })
  kept.set('3', job('3', { priority: 1 }))
  driver.look()
  await vi.advanceTimersByTimeAsync(1000)
  expect([steps.at(-1), state('2'), state('3')]).toEqual(['3', 'queued', 'running'])
  kept.clear()
  await vi.advanceTimersByTimeAsync(5000)
  expect(steps.length).toBeLessThan(7)
  expect(kept.size).toBe(0)
})

test('without a network a job waits, others go on, and it tries again by itself', async () => {
  const { driver, steps, state, kept } = bench(
    [job('1', { priority: 1 }), job('2')],
    (name, nth) => (name === '1' && nth < 3 ? away : {}),
  )
  driver.look()
  await vi.advanceTimersByTimeAsync(1100)
  expect(steps).toEqual(['1', '2'])
  expect(kept.get('1')).toMatchObject({ state: 'waiting', waitingFor: 'network' })
  await vi.advanceTimersByTimeAsync(20_000)
  expect(steps).toEqual(['1', '2', '1', '1'])
  expect(state('1')).toBe('done')
})

test('one that is told to resume does not wait any longer', async () => {
  const { driver, steps, kept, state } = bench([job('1')], (_, nth) => (nth === 1 ? away : {}))
  driver.look()
  await vi.advanceTimersByTimeAsync(600)
  expect(state('1')).toBe('waiting')
  kept.set('1', job('1'))
  driver.look()
  await vi.advanceTimersByTimeAsync(600)
  expect([steps.length, state('1')]).toEqual([2, 'done'])
})

test('stopped while all jobs wait, it lets another page go on at once', async () => {
  const request = vi.spyOn(locks, 'request')
  const { driver, state } = bench([job('1')], () => away)
  driver.look()
  await vi.advanceTimersByTimeAsync(600)
  expect(state('1')).toBe('waiting')
  driver.stop()
  await request.mock.results[0]?.value
  request.mockRestore()
})

test('who wants to save data is asked for nothing, unless the job is forced', async () => {
  const saving = Object.assign(new EventTarget(), { saveData: true })
  vi.stubGlobal('navigator', { ...network, connection: saving })
  const { driver, steps, kept, state } = bench([job('1'), job('2', { force: true })], () => ({}))
  driver.look()
  await vi.advanceTimersByTimeAsync(2000)
  expect(steps).toEqual(['2'])
  expect(kept.get('1')).toMatchObject({ state: 'waiting', waitingFor: 'data-saver' })
  expect(state('2')).toBe('done')
  saving.saveData = false
  saving.dispatchEvent(new Event('change'))
  await vi.advanceTimersByTimeAsync(600)
  expect(state('1')).toBe('done')
})

test('goes on at once when there is a network again', async () => {
  const { driver, steps, state } = bench([job('1')], (_, nth) => (nth < 3 ? away : {}))
  driver.look()
  // The first pause is over, and the second one, which is longer, has begun.
  await vi.advanceTimersByTimeAsync(7000)
  expect([steps.length, state('1')]).toEqual([2, 'waiting'])
  page.dispatchEvent(new Event('online'))
  await vi.advanceTimersByTimeAsync(600)
  expect([steps.length, state('1')]).toEqual([3, 'done'])
  driver.stop()
})

test('begins again with a disk that has changed, and gives up one that changes all the time', async () => {
  const changed = new DiskCacheError('disk-changed', 'changed')
  const { driver, kept, state } = bench([job('1'), job('2')], (name, nth) =>
    name === '2' || nth === 1 ? changed : {},
  )
  driver.look()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(state('1')).toBe('done')
  expect(kept.get('2')).toMatchObject({ state: 'failed', error: { code: 'disk-changed' } })
})

test.each([
  ['origin-status', 503, 'waiting'],
  ['origin-status', 404, 'failed'],
  ['quota-exceeded', undefined, 'failed'],
] as const)(
  'what time may mend is waited for, and else the job fails: %s %s',
  async (code, status, state) => {
    const error = new DiskCacheError(code, 'no', { details: status ? { status } : {} })
    const made = bench([job('1')], () => error)
    made.driver.look()
    await vi.advanceTimersByTimeAsync(600)
    expect(made.state('1')).toBe(state)
    made.driver.stop()
  },
)

test('a catalog that fails for a while stops no job for good', async () => {
  const told = vi.fn<(error: unknown) => void>()
  vi.stubGlobal('reportError', told)
  const { driver, kept, state } = bench([job('1')], () => ({}))
  const failed = new Error('no catalog')
  const set = vi.spyOn(kept, 'set').mockImplementationOnce(() => {
    throw failed
  })
  driver.look()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([told.mock.calls, set.mock.calls.length, state('1')]).toEqual([[[failed]], 1, 'queued'])
  await vi.advanceTimersByTimeAsync(300_000)
  expect(state('1')).toBe('done')
})

test('asks as a job says', async () => {
  const ranges = [{ start: 0, end: 10 }]
  const { driver, asked } = bench([job('1', { ranges, concurrency: 5 }), job('2')], () => ({}))
  driver.look()
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked).toEqual([{ ranges, concurrency: 5 }, { concurrency: 2 }])
})
