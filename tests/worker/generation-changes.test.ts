import { expect, test } from 'vitest'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import { generationChanges } from '../../src/worker/generation-changes.ts'

function record(id: string, state: GenerationRecord['state'], etag = `"${id}"`): GenerationRecord {
  return {
    id,
    url: 'https://example.test/a.img',
    identity: { validator: etag ? { kind: 'strong', etag } : { kind: 'none' }, sizeBytes: 1 },
    state,
    chunkSize: 512,
    backend: 'idb',
    acceptsRanges: true,
    headers: {},
    createdAt: 0,
  }
}

function tell(
  before: readonly GenerationRecord[],
  after: readonly GenerationRecord[],
): [string, string][] {
  return generationChanges(before, after).map(({ generation, state }) => [generation, state])
}

test('tells of what came, changed its state, or went; who loses a place before who takes it', () => {
  const before = [record('a', 'active'), record('b', 'waiting'), record('z', 'retired')]
  const after = [record('b', 'active'), record('c', 'waiting'), record('a', 'retired')]
  expect(tell(before, after)).toEqual([
    ['z', 'gone'],
    ['a', 'retired'],
    ['c', 'waiting'],
    ['b', 'active'],
  ])
})

test('tells nothing where nothing has changed but headers', () => {
  const before = [record('a', 'active')]
  expect(tell(before, [{ ...record('a', 'active'), headers: { age: '1' } }])).toEqual([])
})

test('names URL and ETag, if there is one', () => {
  expect(generationChanges([], [record('a', 'active'), record('b', 'waiting', '')])).toEqual([
    { type: 'generation', url: 'https://example.test/a.img', generation: 'b', state: 'waiting' },
    {
      type: 'generation',
      url: 'https://example.test/a.img',
      generation: 'a',
      state: 'active',
      etag: '"a"',
    },
  ])
})
