import type { RawTuningOptions } from '../core/parse-options.ts'
import { protocolVersion } from '../protocol/messages.ts'
import type { WorkerMessage } from '../protocol/messages.ts'
import { startTimer } from './start-timer.ts'

declare const self: ServiceWorkerGlobalScope

/** A page may be busy, or know nothing of us. Reads wait for this. */
const patienceMs = 1_000

/** Hears what options a page asks for. */
export type OptionListener = (
  asked: RawTuningOptions,
  client: { id: string; liveClients: ReadonlySet<string> },
) => Promise<unknown>

/**
 * Asks the pages of this worker for the options that they want, since storage knows of none. Resolves when one was heard, when
 * no page wants any, or when they take too long; a page that answers later is heard then. Never rejects.
 *
 * @returns whether there are pages at all.
 */
export async function askPages(hear: OptionListener): Promise<boolean> {
  const pages = await self.clients.matchAll()
  const liveClients = new Set(pages.map(({ id }) => id))
  const timer = startTimer(patienceMs)
  const heard = Promise.any(
    pages.map(async (page) => {
      const asked = await ask(page)
      if (asked === undefined) throw new Error('wants nothing')
      await hear(asked, { id: page.id, liveClients })
    }),
  )
  await Promise.race([heard.catch(() => undefined), timer.passed])
  timer.stop()
  return pages.length > 0
}

function ask(page: Client): Promise<RawTuningOptions | undefined> {
  const { port1, port2 } = new MessageChannel()
  const question: WorkerMessage = { sectorcache: protocolVersion, kind: 'options' }
  return new Promise((resolve) => {
    const hear = ({ data }: MessageEvent<RawTuningOptions | undefined>): void => {
      port1.close()
      resolve(data)
    }
    port1.addEventListener('message', hear)
    port1.start()
    page.postMessage(question, [port2])
  })
}
