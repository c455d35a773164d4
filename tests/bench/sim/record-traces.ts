import { writeFile } from 'node:fs/promises'
import { createProfile } from '../../support/profile.ts'
import { openGuest } from '../guests.ts'
import { openLane } from '../lane.ts'
import { CannotMeasure } from '../row.ts'
import { formatTrace, traceFile } from './trace.ts'
import type { Trace, TracedGuest } from './trace.ts'

/** Boots of which the fastest is kept: it was disturbed least. */
const boots = 3

async function record(): Promise<void> {
  const profile = await createProfile()
  try {
    const lane = await openLane(await profile.open(), 'none')
    const recordGuest = async (kind: TracedGuest): Promise<void> => {
      const guest = await openGuest(kind === 'linux' ? 'linux' : 'exercise')
      let best: Trace | undefined
      for (let at = 0; at < boots; at++) {
        const boot = await guest.boot(lane, guest.serve(lane, `${kind}-${at}`))
        const reads = boot.trace.reads.map(([offset, length, thinkMs]) => ({
          offset,
          length,
          thinkMs,
        }))
        const trace = { sizeBytes: guest.sizeBytes, reads, restMs: boot.trace.restMs }
        console.error(
          `${kind}: ${reads.length} reads, ${boot.bytes} bytes, ${workMs(trace).toFixed(0)} ms of work`,
        )
        if (best === undefined || workMs(trace) < workMs(best)) best = trace
      }
      if (best !== undefined) await writeFile(traceFile(kind), formatTrace(best, aboutOf(kind)))
      await guest.close()
    }
    for (const kind of ['exerciser', 'linux'] as const) {
      await recordGuest(kind).catch((error: unknown) => {
        if (!(error instanceof CannotMeasure)) throw error
        console.error(error.message)
      })
    }
    await lane.close()
  } finally {
    await profile.remove()
  }
}

function workMs({ reads, restMs }: Trace): number {
  return reads.reduce((sum, { thinkMs }) => sum + thinkMs, restMs)
}

function aboutOf(kind: TracedGuest): string {
  return (
    `What v86 asks for, of itself, while the ${kind} guest boots, from loopback and without a worker.\n` +
    'Written by npm run bench:record. Sector or + (where the last read ended), sectors, ms of thinking before it.'
  )
}

record().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
