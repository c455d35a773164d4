import { parseOptions } from '../core/parse-options.ts'
import type { RawTuningOptions } from '../core/parse-options.ts'
import type { EventLog } from './event-log.ts'
import type { OptionKeeper } from './option-keeper.ts'

declare const self: ServiceWorkerGlobalScope

/**
 * A page asks for options.
 *
 * @returns the names of those that do not get their way: that is reported too.
 * @throws {DiskCacheError} `invalid-option`
 */
export async function configureFor(
  clientId: string,
  raw: RawTuningOptions,
  { options, log }: { options: OptionKeeper; log: EventLog },
): Promise<string[]> {
  const asked = parseOptions(raw)
  const clients = await self.clients.matchAll({ includeUncontrolled: true, type: 'all' })
  const liveClients = new Set(clients.map(({ id }) => id))
  const conflicts = await options.configure(asked, { id: clientId, liveClients })
  if (conflicts.length > 0) {
    const message =
      `A page asked for other options than those in force: ${conflicts.join(', ')}. ` +
      'The first page stands; close the others, or give all pages the same options.'
    log.emit({ type: 'problem', code: 'option-conflict', message })
  }
  return conflicts
}
