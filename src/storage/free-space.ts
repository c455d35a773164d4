import { bitsOf } from '../core/bitmap.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import { isInRuns } from '../core/chunk-runs.ts'
import { minuteOf } from '../core/chunk-use.ts'
import { compareTurns, findTurn } from '../core/eviction-turn.ts'
import type { DataClaim, EvictionTurn } from '../core/eviction-turn.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunksPerPage } from './catalog-schema.ts'
import type { GenerationRecord } from './catalog-schema.ts'
import { countStored } from './count-stored.ts'
import { dataBytes } from './coverage-catalog.ts'
import { isZero, useOf } from './coverage-page.ts'
import type { EvictionTerms } from './evict-chunks.ts'
import { createPageWindows } from './page-windows.ts'
import type { FoundPage } from './page-windows.ts'
import type { DataUser } from './shared-data.ts'
import type { Eviction, StoredGeneration } from './stored-generation.ts'

/** Room that is wanted, and who has to give. */
export interface SpaceDemand {
  /**
   * Tells how many bytes at least are to be freed, if they can be had without what is kept.
   *
   * @param storedBytes - what is stored just now.
   */
  readonly wanted: (storedBytes: number) => number
  /** Generations by rank: of those that come later nothing goes while others have something. */
  readonly ranks: readonly (readonly GenerationRecord[])[]
  /** Chunks of a generation that stay in any case: runs, ascending. */
  readonly keptOf: (record: GenerationRecord) => readonly ChunkRun[]
}

/** What came of a {@link SpaceDemand}. */
export interface FreedSpace {
  /** Bytes of data that are stored now. */
  readonly storedBytes: number
  readonly evictions: readonly FreedChunks[]
}

/** What one generation gave. */
export interface FreedChunks extends Eviction {
  readonly record: GenerationRecord
}

/** What {@link createSpaceFreer} works with. */
export interface FreerPorts {
  readonly catalog: CatalogConnection
  readonly open: (record: GenerationRecord) => StoredGeneration
}

/** Data that may go, with all chunks that have it. */
interface Candidate {
  readonly users: readonly DataUser[]
  readonly turn: EvictionTurn
  readonly bytes: number
}

/** From what is given up, and what came of it so far. */
interface GivingUp extends Pick<SpaceDemand, 'ranks' | 'keptOf'> {
  readonly evictions: FreedChunks[]
}

/**
 * Makes what gives up the data that is needed least (`core/eviction-turn.ts`). The bits of its chunks are off when it
 * resolves, and it is due: nobody has read it lately.
 */
export function createSpaceFreer({
  catalog,
  open,
}: FreerPorts): (demand: SpaceDemand) => Promise<FreedSpace> {
  const windowsOf = createPageWindows(catalog)

  /** @param indices - loses those that were pinned meanwhile: they stay. */
  async function giveUp(
    record: GenerationRecord,
    indices: Set<number>,
    kept: readonly ChunkRun[],
  ): Promise<Eviction> {
    const { evict, bitsWithoutData } = open(record)
    // The chance to clear their bits, if nobody has stored them again meanwhile and wants to keep them.
    const bare = [...bitsWithoutData].filter((index) => !isInRuns(kept, index))
    const all = new Set([...indices, ...bare])
    const run = { first: Math.min(...all), end: Math.max(...all) + 1 }
    const mayGo: EvictionTerms['mayGo'] = (index, _page, isPinned) => {
      if (isPinned) indices.delete(index)
      return all.has(index) && !isPinned
    }
    return evict(run, { mayGo, delayMs: 0 })
  }

  /** @returns the bytes of data that nobody has any more. */
  async function giveUpAll(
    data: readonly Candidate[],
    { ranks, keptOf, evictions }: GivingUp,
  ): Promise<number> {
    const chunks = new Map<string, Set<number>>()
    for (const { generation, index } of data.flatMap(({ users }) => users)) {
      chunks.set(generation, (chunks.get(generation) ?? new Set()).add(index))
    }
    // Shared data mostly lies with the oldest. If that is last, nobody points there any more, and it is deleted at once.
    for (const record of ranks.flat().sort((a, b) => b.createdAt - a.createdAt)) {
      const indices = chunks.get(record.id)
      if (indices === undefined) continue
      evictions.push({ record, ...(await giveUp(record, indices, keptOf(record))) })
    }
    let freed = 0
    for (const { users, bytes } of data) {
      if (users.every(({ generation, index }) => chunks.get(generation)?.has(index))) freed += bytes
    }
    return freed
  }

  return async ({ wanted, ranks, keptOf }) => {
    const { bytes: storedBytes, usersOf } = await catalog.use('Looking for room', countStored)
    const claimOf = createClaims(ranks, { keptOf, open })
    const minute = minuteOf(Date.now())
    const evictions: FreedChunks[] = []
    const demanded = wanted(storedBytes)
    let missing = demanded

    function* candidatesOn({ record, page, number }: FoundPage): Generator<Candidate> {
      const { bitsWithoutData } = open(record)
      for (const index of bitsOf(page.present, number * chunksPerPage)) {
        if (isZero(page, index) || bitsWithoutData.has(index)) continue
        const alone = { generation: record.id, index, use: useOf(page, index) }
        const users = usersOf([record.id, index]) ?? [alone]
        const turn = findTurn(users.map(claimOf), minute)
        yield { users, turn, bytes: dataBytes(record, index) }
      }
    }

    for (const [rank, records] of ranks.entries()) {
      if (missing <= 0) break
      for await (const pages of windowsOf(records)) {
        const candidates = pages.flatMap((page) => [...candidatesOn(page)])
        const data = pickFirst(
          candidates.filter(({ turn }) => !turn.isKept && turn.rank === rank),
          missing,
        )
        missing -= await giveUpAll(data, { ranks, keptOf, evictions })
        if (missing <= 0) break
      }
    }
    return { storedBytes: storedBytes + missing - demanded, evictions }
  }
}

/** Makes what tells when a chunk would go if nobody else had its data. */
function createClaims(
  ranks: SpaceDemand['ranks'],
  { keptOf, open }: Pick<SpaceDemand, 'keptOf'> & Pick<FreerPorts, 'open'>,
): (user: DataUser) => DataClaim {
  const places = new Map(
    ranks.flatMap((records, rank) => records.map((record) => [record.id, { record, rank }])),
  )
  return ({ generation, index, use }) => {
    const place = places.get(generation)
    // Of a generation that came meanwhile nobody knows what is kept.
    if (place === undefined) return { rank: 0, use, isKept: true }
    const { record, rank } = place
    const readAgoMs = open(record).readAgoMs(index)
    return { rank, use, isKept: isInRuns(keptOf(record), index), readAgoMs }
  }
}

/** What goes first of some data, until enough goes with it. */
function pickFirst(candidates: readonly Candidate[], bytes: number): Candidate[] {
  // Data is found with each chunk that has it.
  const picked = new Map<readonly DataUser[], Candidate>()
  let missing = bytes
  for (const candidate of [...candidates].sort((a, b) => compareTurns(a.turn, b.turn))) {
    if (missing <= 0) break
    if (picked.has(candidate.users)) continue
    picked.set(candidate.users, candidate)
    missing -= candidate.bytes
  }
  return [...picked.values()]
}
