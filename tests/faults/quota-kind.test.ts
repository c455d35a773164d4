import { afterEach, expect, test, vi } from 'vitest'

import { toStorageError } from '../../src/storage/storage-errors.ts'
import { createSpaceGuard } from '../../src/worker/space-guard.ts'
import { createFakeStore } from '../worker/space-bench.ts'
import { addFaults, createFaultTally, describeFaults } from './fault-tally.ts'
import { quotaKindOf } from './quota-kind.ts'

afterEach(() => void vi.unstubAllGlobals())

/** The kind of the problem that this error is told as. */
async function kindOf(failed: Promise<unknown>): Promise<string | undefined> {
  const { code, message } = await failed.then(
    () => expect.unreachable('nothing was refused'),
    (error: { code: string; message: string }) => error,
  )
  return quotaKindOf({ kind: 'problem', code, message })
}

test('refusals of a kind are counted together, whatever numbers their messages have', async () => {
  vi.stubGlobal('self', { clients: { matchAll: async () => [] } })
  const refused = [1000, 2000].map((budget) => {
    const ports = { scope: '/', log: { emit: () => undefined }, announceChange: () => undefined }
    const store = createFakeStore({ used: budget })
    return createSpaceGuard({ ...ports, store, wanted: () => budget }).store(1, async () => 1)
  })
  const full = toStorageError(new DOMException('full', 'QuotaExceededError'), 'Storing chunks')
  const tally = createFaultTally()
  for (const failed of [...refused, Promise.reject(full)]) {
    addFaults(tally, { quotaKinds: { [(await kindOf(failed)) ?? '']: 1 } })
  }
  expect(tally.quotaKinds).toEqual({ 'Keeping to what there was room for': 2, 'Storing chunks': 1 })
  expect(describeFaults(tally)).toContain('(2 × Keeping to what there was room for, 1 × Storing')
})

test('tells refusals from what else is heard', () => {
  const generation = 'g'
  expect(quotaKindOf({ kind: 'evicted', generation, chunks: 1 })).toBe('room was made')
  expect(quotaKindOf({ kind: 'refused', call: 'prefetch', code: 'quota-exceeded' })).toBe(
    'prefetch',
  )
  expect(quotaKindOf({ kind: 'refused', call: 'prefetch', code: 'aborted' })).toBe(undefined)
  const problem = { kind: 'problem', message: 'Storing chunks: the disk is broken.' } as const
  expect(quotaKindOf({ ...problem, code: 'storage-failed' })).toBe(undefined)
  expect(quotaKindOf({ kind: 'stored', generation, chunks: [1] })).toBe(undefined)
})
