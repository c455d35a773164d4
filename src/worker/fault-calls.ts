import { injectFaults } from '../origin/fetch-from-origin.ts'
import type { WorkerApi } from '../protocol/worker-api.ts'

declare const self: ServiceWorkerGlobalScope

/**
 * The call by which a page lets requests to origins go wrong, to see what happens. It holds until that page is gone.
 *
 * @param clientId - the page that calls.
 */
export function createFaultCalls(clientId: string): Pick<WorkerApi, 'setFaults'> {
  const isThere = async (): Promise<boolean> => Boolean(await self.clients.get(clientId))
  return { setFaults: async (faults) => injectFaults(faults, isThere) }
}
