import type { PrefetchStep, PrefetchStepReport } from '../protocol/worker-api.ts'
import type { DiskReader, Selection } from './disk-reader.ts'
import type { OriginAccess } from './origin-access.ts'
import { runPrefetchStep, stepMs } from './prefetch-step.ts'
import { diskChanged, notStorable } from './request-errors.ts'
import { startTimer } from './start-timer.ts'

/** What nobody has asked for after so long belongs to a prefetch that was aborted. */
const abandonedMs = 5_000

/** Runs the steps of prefetches. */
export interface PrefetchRunner {
  /**
   * @throws {DiskCacheError} what stands in the way of finding out about the disk, or of fetching a chunk of it.
   */
  run(reader: DiskReader, step: PrefetchStep, access: OriginAccess): Promise<PrefetchStepReport>
}

/**
 * Makes the {@link PrefetchRunner} of a worker. Finding out about an unknown disk may take many attempts; a step
 * does not wait for it, and the next one hears of it.
 */
export function createPrefetchRunner(): PrefetchRunner {
  const selections = new Map<string, Promise<Selection>>()

  function selectFor(
    reader: DiskReader,
    step: PrefetchStep,
    access: OriginAccess,
  ): Promise<Selection> {
    if (step.generation !== undefined) return selectStored(reader, step.generation, access)
    const offset = step.ranges?.[0]?.start ?? 0
    const wantsAll = step.ranges === undefined
    const selection =
      selections.get(reader.url) ?? reader.select({ clientId: '', offset, wantsAll, access })
    selections.set(reader.url, selection)
    selection.catch(() => undefined).finally(() => setTimeout(forget, abandonedMs))
    return selection

    function forget(): void {
      if (selections.get(reader.url) === selection) selections.delete(reader.url)
    }
  }

  return {
    async run(reader, step, access) {
      const timer = startTimer(stepMs)
      try {
        const selection = await Promise.race([selectFor(reader, step, access), timer.passed])
        if (selection === 'passed') return { kind: 'waiting' }
        selections.delete(reader.url)
        if (selection.kind === 'bypass') throw notStorable(access.url, selection.reason)
        return await runPrefetchStep(selection, step, access)
      } catch (error) {
        selections.delete(reader.url)
        throw error
      } finally {
        timer.stop()
      }
    },
  }
}

async function selectStored(
  { generations }: DiskReader,
  id: string,
  { url }: OriginAccess,
): Promise<Selection> {
  const record = await generations.find(id)
  if (record === undefined) throw diskChanged(url)
  return { kind: 'generation', fetcher: generations.fetcherOf(record), isNew: false }
}
