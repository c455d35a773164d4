import { expect, test, vi } from 'vitest'
import { DiskCacheError } from '../../src/core/errors.ts'
import { CommandRunner } from '../../src/panel/command-runner.ts'
import { createPanelSource } from '../../src/panel/create-panel-source.ts'
import type { PanelSource } from '../../src/panel/panel-source.ts'
import { createFakeCache } from './fake-cache.ts'

const url = 'https://example.org/disks/a.img'

function failing(error: unknown): PanelSource {
  return {
    ...createPanelSource(createFakeCache()),
    async run() {
      throw error
    },
  }
}

test('tells in a sentence what was done', async () => {
  const runner = new CommandRunner(() => {})
  await runner.run(createPanelSource(createFakeCache()), { type: 'evict', url })
  expect(runner.status.replaceAll('\u00a0', ' ')).toBe('Evicted 12 chunks, 12.0 MiB.')
})

test('knows a prefetch while it runs, and stops it without calling that an error', async () => {
  const onChange = vi.fn()
  const runner = new CommandRunner(onChange)
  const done = runner.run(createPanelSource(createFakeCache()), { type: 'prefetch', url })
  expect(runner.prefetchOf(url)?.progress?.storedBytes).toBe(40)
  runner.cancelPrefetch(url)
  await done
  expect(runner.prefetchOf(url)).toBeUndefined()
  expect(runner.notices).toEqual([])
  expect(runner.status).toContain('cancelled')
  expect(onChange).toHaveBeenCalled()
})

test('shows an error with its code and goes on', async () => {
  const runner = new CommandRunner(() => {})
  const error = new DiskCacheError('quota-exceeded', 'There is no room. Evict a disk.')
  await runner.run(failing(error), { type: 'prefetch', url })
  expect(runner.notices).toEqual([
    {
      title: 'Prefetching a.img failed',
      code: 'quota-exceeded',
      message: 'There is no room. Evict a disk.',
    },
  ])
  await runner.run(createPanelSource(createFakeCache()), { type: 'clear' })
  expect(runner.status).toContain('Cleared')
})

test('the same error again is one notice, and it can be dismissed', async () => {
  const runner = new CommandRunner(() => {})
  await runner.run(failing(new Error('no')), { type: 'clear' })
  await runner.run(failing(new Error('no')), { type: 'clear' })
  expect(runner.notices).toHaveLength(1)
  runner.dismiss(runner.notices[0] ?? { title: '', message: '' })
  expect(runner.notices).toEqual([])
})

test('does not start a command that is under way already', async () => {
  const runner = new CommandRunner(() => {})
  const source = createPanelSource(createFakeCache())
  const run = vi.spyOn(source, 'run')
  const first = runner.run(source, { type: 'prefetch', url })
  await runner.run(source, { type: 'prefetch', url })
  expect(run).toHaveBeenCalledTimes(1)
  runner.cancelPrefetch(url)
  await first
})
