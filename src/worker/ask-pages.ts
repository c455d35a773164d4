import type { RawTuningOptions } from '../core/parse-options.ts'
import { protocolVersion } from '../protocol/messages.ts'
import type { WorkerMessage } from '../protocol/messages.ts'
import { startTimer } from './start-timer.ts'

declare const self: ServiceWorkerGlobalScope

/** An idle page answers in milliseconds. Reads wait for this. */
const patienceMs = 500

/** What asking came to: `silent` when there are pages, and none has said in time that it wants options. */
export type PageAnswer = 'heard' | 'silent' | 'nobody'

/**
 * Asks the pages of this worker for the options that they want. Resolves when one was heard, when no page wants any, or when
 * they take too long; a page that answers later is heard then.
 *
 * @param hear - takes what a page wants; rejects if that is unusable.
 */
export async function askPages(
  hear: (clientId: string, asked: RawTuningOptions) => Promise<unknown>,
): Promise<PageAnswer> {
  const windows = await self.clients.matchAll({ includeUncontrolled: true })
  const pages = windows.filter(({ url }) => url.startsWith(self.registration.scope))
  const timer = startTimer(patienceMs)
  const heard = Promise.any(
    pages.map(async (page) => {
      const asked = await ask(page)
      if (asked === undefined) throw new Error('wants nothing')
      await hear(page.id, asked)
      return 'heard' as const
    }),
  )
  const answer = await Promise.race([heard.catch(() => 'silent' as const), timer.passed])
  timer.stop()
  if (answer === 'heard') return answer
  return pages.length > 0 ? 'silent' : 'nobody'
}

function ask(page: Client): Promise<RawTuningOptions | undefined> {
  const { port1, port2 } = new MessageChannel()
  const { scope } = self.registration
  const question: WorkerMessage = { sectorcache: protocolVersion, kind: 'options', scope }
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
