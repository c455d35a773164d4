import { probe } from './read-disk.ts'
import type { WorkerQuestion } from './reader.ts'
import type { SeenRead } from './seen-read.ts'

/** A frame or a dedicated worker that reads for the page. */
export interface Helper {
  ask(question: WorkerQuestion): Promise<unknown>
  /** Resolves when it is replaced: what it was doing will never be heard of. */
  readonly gone: Promise<undefined>
  end(): void
}

/**
 * While Chromium stops a service worker, a frame or worker that is just being loaded may hang for ever, even without
 * us; its script may fail to load; and its requests may go past the service worker for all its life, although it
 * has a controller. After so long, or at once where that can be seen, another one is made.
 */
const openMs = 3_000

/** Opens a frame whose requests go through the service worker. */
export function openFrame(): Promise<Helper> {
  return openTried(startFrame)
}

/** Opens a dedicated worker whose requests go through the service worker. */
export function openWorker(): Promise<Helper> {
  return openTried(async () => startWorker())
}

async function openTried(start: () => Promise<Helper>): Promise<Helper> {
  for (;;) {
    const helper = await start()
    const question = { kind: 'read', request: probe } as const
    const answer = await Promise.race([helper.ask(question), helper.gone, passed()])
    const seen = answer as SeenRead | undefined
    if (seen?.headers['cache-status'] !== undefined) return helper
    helper.end()
  }
}

async function startFrame(): Promise<Helper> {
  const frame = document.createElement('iframe')
  frame.src = 'frame.html'
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
  document.body.append(frame)
  await Promise.race([loaded, passed()])
  const { diskReader: reader } = frame.contentWindow as unknown as Partial<typeof globalThis>
  return withEnd(
    async (question) =>
      question.kind === 'read'
        ? reader?.readDisk(question.request)
        : reader?.recallBody(question.request.id),
    () => frame.remove(),
  )
}

function passed(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), openMs))
}

function startWorker(): Helper {
  const worker = new Worker('reader.js')
  const helper = withEnd(
    (question) =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener('message', ({ data }) => {
          port1.close()
          resolve(data)
        })
        port1.start()
        worker.postMessage(question, [port2])
      }),
    () => worker.terminate(),
  )
  worker.addEventListener('error', () => helper.end())
  return helper
}

function withEnd(ask: Helper['ask'], close: () => void): Helper {
  let leave: (nothing: undefined) => void
  const gone = new Promise<undefined>((resolve) => {
    leave = resolve
  })
  return {
    ask,
    gone,
    end() {
      close()
      leave(undefined)
    },
  }
}
