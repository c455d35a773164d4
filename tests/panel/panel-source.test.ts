import { expect, test } from 'vitest'
import { createPanelSource } from '../../src/panel/create-panel-source.ts'
import { createFakeCache } from './fake-cache.ts'

const url = 'https://example.org/disks/a.img'

test('a snapshot is structured-cloneable and whole', async () => {
  const snapshot = await createPanelSource(createFakeCache()).snapshot()
  expect(Object.keys(structuredClone(snapshot))).toEqual(['disks', 'stats', 'storage'])
})

test('each command becomes the call that it means', async () => {
  const cache = createFakeCache()
  const source = createPanelSource(cache)
  await source.run({ type: 'evict', url })
  await source.run({ type: 'invalidate', url, etag: '"v1"' })
  await source.run({ type: 'invalidate', url })
  await source.run({ type: 'clear' })
  const persisted = await source.run({ type: 'persist' })
  expect(cache.calls).toEqual([
    ['evict', url],
    ['invalidate', url, { etag: '"v1"' }],
    ['invalidate', url, {}],
    ['clear'],
    ['persist'],
  ])
  expect(structuredClone(persisted)).toEqual({ type: 'persist', persisted: true })
})

test('a prefetch reports progress and stops with its signal', async () => {
  const canceller = new AbortController()
  const heard: number[] = []
  const prefetch = createPanelSource(createFakeCache()).run(
    { type: 'prefetch', url },
    {
      signal: canceller.signal,
      onProgress: ({ storedBytes }) => heard.push(storedBytes),
    },
  )
  canceller.abort()
  await expect(prefetch).rejects.toMatchObject({ code: 'aborted' })
  expect(heard).toEqual([40])
})
