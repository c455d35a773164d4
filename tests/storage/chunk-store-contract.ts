import { beforeEach } from 'vitest'

import type { StoredBackend } from '../../src/storage/catalog-schema.ts'
import { testConcurrency } from './contract-concurrency.ts'
import { testEviction } from './contract-eviction.ts'
import { testLosses } from './contract-losses.ts'
import { testOrphans } from './contract-orphans.ts'
import { testReadsAndWrites } from './contract-reads.ts'
import { clearStorage } from './raw-storage.ts'

/** What every chunk store does, together with a real catalog. */
export function testChunkStore(backend: StoredBackend): void {
  beforeEach(clearStorage)
  testReadsAndWrites(backend)
  testEviction(backend)
  testConcurrency(backend)
  testLosses(backend)
  testOrphans(backend)
}
