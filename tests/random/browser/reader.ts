import { readDisk, recallBody } from './read-disk.ts'
import type { ReadRequest } from './seen-read.ts'

/** What every reader offers: the page, its frame, and its worker by messages. */
export interface DiskReaderApi {
  readonly readDisk: typeof readDisk
  readonly recallBody: typeof recallBody
}

/** What is asked of the worker. */
export type WorkerQuestion =
  | { readonly kind: 'read'; readonly request: ReadRequest }
  | { readonly kind: 'recall'; readonly request: { readonly id: number } }

const api: DiskReaderApi = { readDisk, recallBody }

if (typeof document === 'undefined') {
  addEventListener('message', ({ data, ports: [port] }: MessageEvent<WorkerQuestion>) => {
    void answer(data).then((reply) => port?.postMessage(reply))
  })
} else {
  Object.assign(globalThis, { diskReader: api })
}

async function answer(question: WorkerQuestion): Promise<unknown> {
  return question.kind === 'read' ? readDisk(question.request) : recallBody(question.request.id)
}
