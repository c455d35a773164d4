import type { ReaderName } from '../program.ts'
import type { DiskReaderApi, WorkerQuestion } from './reader.ts'
import type { ReadRequest, SeenRead } from './seen-read.ts'

/** What the page of a site offers to the test. */
export interface RandomPage {
  /** Reads. Resolves to `undefined` when the reader was replaced meanwhile. */
  read(reader: ReaderName, request: ReadRequest): Promise<SeenRead | undefined>
  /** The body of one of the last reads, in base64. */
  recall(reader: ReaderName, id: number): Promise<string | undefined>
  /** Replaces the frame or the worker by a new one, which has a client id of its own. */
  renew(reader: 'frame' | 'worker'): Promise<void>
}

declare global {
  var diskReader: DiskReaderApi
  var randomPage: RandomPage
}

/** A frame or a worker. */
interface Helper {
  ask(question: WorkerQuestion): Promise<unknown>
  /** Resolves when it is replaced: what it was doing will never be heard of. */
  readonly gone: Promise<undefined>
  end(): void
}

const helpers = new Map<ReaderName, Promise<Helper>>()

function helperOf(reader: 'frame' | 'worker'): Promise<Helper> {
  const known = helpers.get(reader) ?? (reader === 'frame' ? openFrame() : openWorker())
  helpers.set(reader, known)
  return known
}

/**
 * While the worker is being stopped, the script may fail to load, and Chromium may load the frame without the worker:
 * then for all its life. Another try is made.
 */
async function openFrame(): Promise<Helper> {
  const frame = document.createElement('iframe')
  frame.src = 'frame.html'
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
  document.body.append(frame)
  await loaded
  const { diskReader: reader, navigator: inside } = frame.contentWindow as unknown as Partial<
    typeof globalThis
  >
  if (reader === undefined || !inside?.serviceWorker.controller) {
    frame.remove()
    return openFrame()
  }
  return withEnd(
    async (question) =>
      question.kind === 'read'
        ? reader.readDisk(question.request)
        : reader.recallBody(question.request.id),
    () => frame.remove(),
  )
}

/** The same may happen to a worker, which does not tell: it is tried. */
async function openWorker(): Promise<Helper> {
  const helper = startWorker()
  const request = { id: 0, url: '/disks/probe', method: 'GET', range: 'bytes=0-0' } as const
  const question = { kind: 'read', request: { ...request, leaveAfter: undefined } } as const
  const seen = (await Promise.race([helper.ask(question), helper.gone])) as SeenRead | undefined
  if (seen?.headers['cache-status'] !== undefined) return helper
  helper.end()
  return openWorker()
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

async function askHelper(reader: 'frame' | 'worker', question: WorkerQuestion): Promise<unknown> {
  const helper = await helperOf(reader)
  return Promise.race([helper.ask(question), helper.gone])
}

globalThis.randomPage = {
  async read(reader, request) {
    if (reader === 'page') return diskReader.readDisk(request)
    return (await askHelper(reader, { kind: 'read', request })) as SeenRead | undefined
  },
  async recall(reader, id) {
    if (reader === 'page') return diskReader.recallBody(id)
    return (await askHelper(reader, { kind: 'recall', request: { id } })) as string | undefined
  },
  async renew(reader) {
    const old = helpers.get(reader)
    helpers.delete(reader)
    await old?.then((helper) => helper.end())
    await helperOf(reader)
  },
}
