import { writeFile } from 'node:fs/promises'
import { createProfile } from '../../support/profile.ts'
import { openGuest } from '../guests.ts'
import { openLane } from '../lane.ts'
import type { Lane } from '../lane.ts'
import { formatTrace, traceFile, tracedGuests } from './trace.ts'
import type { Trace, TracedGuest } from './trace.ts'

const usage = `Usage: npm run bench:record -- GUEST ...

Boots guests in v86, without a worker and from loopback, and writes what they read into tests/bench/traces/.
Guests: ${tracedGuests.join(', ')}. For linux and linux-tiny, public/disks/linux.img is booted: build it before, with
npm run guest:linux; for linux-tiny with KERNEL=, a bzImage that has no more than the guest needs.`

/** Boots of which the fastest is kept: it was disturbed least. */
const boots = 3

async function record(guests: readonly string[]): Promise<void> {
  const wanted = tracedGuests.filter((guest) => guests.includes(guest))
  if (wanted.length === 0 || wanted.length !== guests.length) throw new Error(usage)
  const profile = await createProfile()
  try {
    const lane = await openLane(await profile.open(), 'none')
    for (const guest of wanted) await recordGuest(guest, lane)
    await lane.close()
  } finally {
    await profile.remove()
  }
}

async function recordGuest(kind: TracedGuest, lane: Lane): Promise<void> {
  const guest = await openGuest(kind === 'exerciser' ? 'exercise' : 'linux')
  const traces: Trace[] = []
  for (let at = 0; at < boots; at++) {
    const { trace, bytes } = await guest.boot(lane, guest.serve(lane, `${kind}-${at}`))
    const reads = trace.reads.map(([offset, length, thinkMs]) => ({ offset, length, thinkMs }))
    const recorded = { sizeBytes: guest.sizeBytes, reads, restMs: trace.restMs }
    traces.push(recorded)
    const work = workMs(recorded).toFixed(0)
    console.error(`${kind}: ${reads.length} reads, ${bytes} bytes, ${work} ms of work`)
  }
  await guest.close()
  const [best] = traces.toSorted((a, b) => workMs(a) - workMs(b))
  if (best !== undefined) await writeFile(traceFile(kind), formatTrace(best, aboutOf(kind)))
}

function workMs({ reads, restMs }: Trace): number {
  return reads.reduce((sum, { thinkMs }) => sum + thinkMs, restMs)
}

function aboutOf(kind: TracedGuest): string {
  return (
    `What v86 asks for, of itself, while the ${kind} guest boots, from loopback and without a worker.\n` +
    `Written by npm run bench:record -- ${kind}. Sector or + (where the last read ended), sectors, ms of thinking before it.`
  )
}

record(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
