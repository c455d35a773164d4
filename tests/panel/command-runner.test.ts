import { expect, test, vi } from 'vitest'
import { DiskCacheError } from '../../src/core/errors.ts'
import { CommandRunner, runnerOf } from '../../src/panel/command-runner.ts'
import { createPanelSource } from '../../src/panel/create-panel-source.ts'
import type { PanelSource } from '../../src/panel/panel-source.ts'
import { createFakeCache } from './fake-cache.ts'

const url = 'https://example.org/disks/a.img'
const verify = { type: 'verify', url, repair: false } as const

function createViewer() {
  return { onChange: vi.fn(), onEnd: vi.fn() }
}

function failing(error: unknown): PanelSource {
  return {
    ...createPanelSource(createFakeCache()),
    async run() {
      throw error
    },
  }
}

test('tells in a sentence what was done', async () => {
  const runner = new CommandRunner(createPanelSource(createFakeCache()))
  await runner.run({ type: 'evict', url })
  expect(runner.status.replaceAll('\u00a0', ' ')).toBe('Evicted 12 chunks: 12.0 MiB freed.')
})

test('knows a verification while it runs, and stops it without calling that an error', async () => {
  const runner = new CommandRunner(createPanelSource(createFakeCache()))
  const done = runner.run(verify)
  expect(runner.running(url)).toMatchObject([{ command: verify, progress: { doneBytes: 40 } }])
  runner.running(url)[0]?.canceller.abort()
  await done
  expect(runner.running(url)).toEqual([])
  expect(runner.notices).toEqual([])
  expect(runner.status).toContain('stopped')
})

test('what one panel has begun is shown by the next one of the same source, and can be stopped there', async () => {
  const source = createPanelSource(createFakeCache())
  const [first, second] = [createViewer(), createViewer()]
  runnerOf(source).join(first)
  const done = runnerOf(source).run(verify)
  runnerOf(source).leave(first)
  first.onChange.mockClear()
  runnerOf(source).join(second)
  runnerOf(source).running(url)[0]?.canceller.abort()
  await done
  expect(second.onChange).toHaveBeenCalled()
  expect(second.onEnd).toHaveBeenCalledTimes(1)
  expect(first.onChange).not.toHaveBeenCalled()
  expect(runnerOf(createPanelSource(createFakeCache())).status).toBe('')
})

test('what was done while no panel was open is told by the next one, and nothing older', async () => {
  const runner = new CommandRunner(createPanelSource(createFakeCache()))
  const viewer = createViewer()
  runner.join(viewer)
  await runner.run({ type: 'evict', url })
  runner.leave(viewer)
  expect(runner.status).toBe('')
  await runner.run({ type: 'clear' })
  runner.join(viewer)
  expect(runner.status).toContain('Cleared')
})

test('shows an error with its code and goes on', async () => {
  const error = new DiskCacheError('quota-exceeded', 'There is no room. Evict a disk.')
  const source = failing(error)
  const runner = new CommandRunner(source)
  await runner.run({ type: 'update', url })
  expect(runner.notices).toEqual([
    {
      title: 'Could not update a.img',
      code: 'quota-exceeded',
      message: 'There is no room. Evict a disk.',
    },
  ])
  source.run = createPanelSource(createFakeCache()).run
  await runner.run({ type: 'clear' })
  expect(runner.status).toContain('Cleared')
})

test('an error that the panel has dealt with is not shown', async () => {
  const runner = new CommandRunner(failing(new Error('no')))
  await runner.run({ type: 'clear' }, () => true)
  expect(runner.notices).toEqual([])
})

test('the same error again is one notice, and it can be dismissed', async () => {
  const runner = new CommandRunner(failing(new Error('no')))
  await runner.run({ type: 'clear' })
  await runner.run({ type: 'clear' })
  expect(runner.notices).toHaveLength(1)
  runner.dismiss(runner.notices[0] ?? { title: '', message: '' })
  expect(runner.notices).toEqual([])
})

test('does not start a command that is under way already', async () => {
  const source = createPanelSource(createFakeCache())
  const runner = new CommandRunner(source)
  const run = vi.spyOn(source, 'run')
  const first = runner.run(verify)
  await runner.run(verify)
  expect(run).toHaveBeenCalledTimes(1)
  runner.running(url)[0]?.canceller.abort()
  await first
})

test('imports two files at once', async () => {
  const source = createPanelSource(createFakeCache())
  const run = vi.spyOn(source, 'run')
  const runner = new CommandRunner(source)
  const files = [new Blob(['one']), new Blob(['two'])]
  await Promise.all(files.map((archive) => runner.run({ type: 'import', url, archive })))
  expect(run.mock.calls.map(([command]) => command)).toEqual(
    files.map((archive) => ({ type: 'import', url, archive })),
  )
})
