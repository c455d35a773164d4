import { expect, test, vi } from 'vitest'
import { DiskCacheError } from '../../src/core/errors.ts'
import { CommandRunner } from '../../src/panel/command-runner.ts'
import { createPanelSource } from '../../src/panel/create-panel-source.ts'
import type { PanelSource } from '../../src/panel/panel-source.ts'
import { createFakeCache } from './fake-cache.ts'

const url = 'https://example.org/disks/a.img'
const quiet = { onChange: () => {} }
const verify = { type: 'verify', url, repair: false } as const

function failing(error: unknown): PanelSource {
  return {
    ...createPanelSource(createFakeCache()),
    async run() {
      throw error
    },
  }
}

test('tells in a sentence what was done', async () => {
  const runner = new CommandRunner(quiet)
  await runner.run(createPanelSource(createFakeCache()), { type: 'evict', url })
  expect(runner.status.replaceAll('\u00a0', ' ')).toBe('Evicted 12 chunks: 12.0 MiB freed.')
})

test('knows a verification while it runs, and stops it without calling that an error', async () => {
  const onChange = vi.fn()
  const runner = new CommandRunner({ onChange })
  const done = runner.run(createPanelSource(createFakeCache()), verify)
  expect(runner.running(url)).toMatchObject([{ command: verify, progress: { doneBytes: 40 } }])
  runner.running(url)[0]?.canceller.abort()
  await done
  expect(runner.running(url)).toEqual([])
  expect(runner.notices).toEqual([])
  expect(runner.status).toContain('stopped')
  expect(onChange).toHaveBeenCalled()
})

test('shows an error with its code and goes on', async () => {
  const runner = new CommandRunner(quiet)
  const error = new DiskCacheError('quota-exceeded', 'There is no room. Evict a disk.')
  await runner.run(failing(error), { type: 'update', url })
  expect(runner.notices).toEqual([
    {
      title: 'Could not update a.img',
      code: 'quota-exceeded',
      message: 'There is no room. Evict a disk.',
    },
  ])
  await runner.run(createPanelSource(createFakeCache()), { type: 'clear' })
  expect(runner.status).toContain('Cleared')
})

test('the same error again is one notice, and it can be dismissed', async () => {
  const runner = new CommandRunner(quiet)
  await runner.run(failing(new Error('no')), { type: 'clear' })
  await runner.run(failing(new Error('no')), { type: 'clear' })
  expect(runner.notices).toHaveLength(1)
  runner.dismiss(runner.notices[0] ?? { title: '', message: '' })
  expect(runner.notices).toEqual([])
})

test('does not start a command that is under way already', async () => {
  const runner = new CommandRunner(quiet)
  const source = createPanelSource(createFakeCache())
  const run = vi.spyOn(source, 'run')
  const first = runner.run(source, verify)
  await runner.run(source, verify)
  expect(run).toHaveBeenCalledTimes(1)
  runner.running(url)[0]?.canceller.abort()
  await first
})
