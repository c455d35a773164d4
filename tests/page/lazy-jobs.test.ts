import { afterEach, expect, test, vi } from 'vitest'
import { createLazyJobs } from '../../src/page/lazy-jobs.ts'
import type { LazyScripts } from '../../src/page/lazy-scripts.ts'
import type { WorkerLink } from '../../src/page/worker-link.ts'

vi.stubGlobal('addEventListener', () => {})
afterEach(() => void vi.useRealTimers())

const opened = { list: () => Promise.resolve([]), pause: () => Promise.resolve() }

test('a script that is not there is not asked for by each look at the jobs, but whenever one is ordered', async () => {
  vi.useFakeTimers()
  const offline = vi.fn(() => Promise.reject(new TypeError('404')))
  const load = { offline } as unknown as LazyScripts
  const jobs = createLazyJobs({} as WorkerLink['api'], { scope: '/', load, hasJobs: false })
  for (let look = 0; look < 3; look += 1) {
    await expect(jobs.list()).rejects.toMatchObject({ code: 'unsupported' })
  }
  expect(offline).toHaveBeenCalledTimes(1)
  await expect(jobs.pause('one')).rejects.toMatchObject({ code: 'unsupported' })
  expect(offline).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(10_000)
  const module = { openJobs: () => opened } as unknown as Awaited<
    ReturnType<LazyScripts['offline']>
  >
  offline.mockImplementation((() => Promise.resolve(module)) as never)
  expect(await jobs.list()).toEqual([])
})

test('jobs are listed as soon as their script could be loaded after all', async () => {
  vi.useFakeTimers()
  const offline = vi.fn().mockRejectedValueOnce(new TypeError('404'))
  offline.mockResolvedValue({ openJobs: () => opened })
  const load = { offline } as unknown as LazyScripts
  const jobs = createLazyJobs({} as WorkerLink['api'], { scope: '/', load, hasJobs: false })
  await expect(jobs.list()).rejects.toMatchObject({ code: 'unsupported' })
  await jobs.pause('one')
  expect(await jobs.list()).toEqual([])
})
