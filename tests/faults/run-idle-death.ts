import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { text } from 'node:stream/consumers'

import { findChromium } from '../support/find-chromium.ts'
import type { Handler } from '../support/site.ts'
import type { CheckedRead } from './browser/check-bytes.ts'
import { faultDisk } from './fault-disk.ts'
import type { FaultTally } from './fault-tally.ts'
import type { FaultWorld } from './fault-world.ts'
import { judgeRead, Violation } from './judge-disk.ts'

const { url, sizeBytes, chunkSize } = faultDisk

/** Chromium ends an idle worker after 30 s. */
const limitMs = 150_000

/** What the page does that no debugger is attached to. */
const script = `
  const readAll = (plans) => faultPage.readAll(plans.map((plan) => ({ url: '${url}', ...plan })))
  const lives = async () => (await navigator.locks.query()).held
    .flatMap(({ name }) => name.startsWith('sectorcache-worker ') ? [name] : [])
  sectorcache.ready.then(async (cache) => {
    await cache.disk('${url}').prefetch({ ranges: [{ start: 0, end: ${sizeBytes} / 2 }] })
    const before = await lives()
    const streamed = await readAll([{ start: 7, end: ${sizeBytes} }])
    const isSpared = before.every((name) => name === before[0]) && (await lives())[0] === before[0]
    // It is free when the worker has died.
    await Promise.all(before.map((name) => navigator.locks.request(name, () => undefined)))
    const kept = await readAll([
      { start: 0, end: ${sizeBytes}, cache: 'only-if-cached' },
      { start: ${chunkSize} - 100, end: ${chunkSize} + 100, cache: 'only-if-cached' },
    ])
    const reads = [...streamed, ...kept]
    await fetch('/faults/told', { method: 'POST', body: JSON.stringify({ isSpared, reads }) })
  })
`

interface Told {
  /** Whether the worker lived on while it streamed. */
  readonly isSpared: boolean
  readonly reads: readonly CheckedRead[]
}

/** A page for a browser of its own, and what it tells. */
export interface AlonePage {
  readonly handlers: readonly Handler[]
  readonly told: Promise<Told>
}

/** Makes the page of {@link runIdleDeath}. */
export function createAlonePage(): AlonePage {
  let resolve: (told: Told) => void = () => undefined
  const told = new Promise<Told>((settle) => {
    resolve = settle
  })
  return {
    told,
    handlers: [
      (request, response, next) => {
        if (request.url !== '/faults/told') next()
        else {
          response.end()
          void text(request).then((body) => resolve(JSON.parse(body) as Told))
        }
      },
      ({ url: path }, response, next) => {
        if (path !== '/faults/alone.js') next()
        else response.setHeader('Content-Type', 'text/javascript').end(script)
      },
    ],
  }
}

/**
 * Lets a Chromium end the worker for idleness by itself, which it does not do while a debugger is attached: what was stored is
 * there for the next worker, and a body that is streamed meanwhile is whole.
 *
 * @param world - a site with the handlers of `alone`; its own browser has no part in it.
 * @param holdMs - how long the origin stands still, once, in the middle of the body.
 */
export async function runIdleDeath(
  world: FaultWorld,
  { alone, holdMs, tally }: { alone: AlonePage; holdMs: number; tally: FaultTally },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sectorcache-alone-'))
  let isHeld = false
  const held = world.site.origin.faults.add((plan) => {
    const length = Number(plan.headers['Content-Length'] ?? 0)
    const start = Number(/^bytes (\d+)-/.exec(String(plan.headers['Content-Range']))?.[1] ?? 0)
    // What is prefetched before comes at once: how often that asks is its own affair.
    if (isHeld || holdMs === 0 || length < 2 || start < sizeBytes / 2) return plan
    isHeld = true
    return { ...plan, interruption: { afterBytes: length >> 1, until: sleep(holdMs) } }
  })
  const browser = spawn(
    await findChromium(),
    [
      '--headless=new',
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--user-data-dir=${folder}`,
      '--remote-debugging-port=0',
      `${world.site.url}faults/alone.html`,
    ],
    { stdio: 'ignore' },
  )
  const ended = new Promise((resolve) => browser.once('exit', resolve))
  const stop = new AbortController()
  const late = sleep(limitMs, undefined, { signal: stop.signal }).then(() => {
    throw new Violation('a worker without a debugger: the page has told nothing')
  })
  late.catch(() => undefined)
  try {
    const { isSpared, reads } = await Promise.race([alone.told, late])
    tally.kills++
    for (const read of reads) {
      judgeRead(read, { ...world, sessionEtag: undefined }, tally)
      if (read.kind !== 'right') throw new Violation(`after an idle death: ${read.kind}`)
    }
    if (!isSpared) throw new Violation('the worker was ended while it streamed')
    if (holdMs > 0 && !isHeld) throw new Error('the origin never stood still')
  } finally {
    stop.abort()
    held.remove()
    browser.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
