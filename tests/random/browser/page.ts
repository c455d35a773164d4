import type { ReaderName } from '../program.ts'
import { openFrame, openWorker } from './helpers.ts'
import type { Helper } from './helpers.ts'
import { probe, readDisk } from './read-disk.ts'
import type { DiskReaderApi, WorkerQuestion } from './reader.ts'
import type { ReadRequest, SeenRead } from './seen-read.ts'

/** What the page of a site offers to the test. */
export interface RandomPage {
  /** Reads. Resolves to `undefined` when the reader was replaced meanwhile. */
  read(reader: ReaderName, request: ReadRequest): Promise<SeenRead | undefined>
  /** The body of one of the last reads, in base64. */
  recall(reader: ReaderName, id: number): Promise<string | undefined>
  /** Whether requests of the page go through the service worker. */
  isServed(): Promise<boolean>
  /** Replaces the frame or the worker by a new one, which has a client id of its own. */
  renew(reader: 'frame' | 'worker'): Promise<void>
}

declare global {
  var diskReader: DiskReaderApi
  var randomPage: RandomPage
}

const helpers = new Map<ReaderName, Promise<Helper>>()

function helperOf(reader: 'frame' | 'worker'): Promise<Helper> {
  const known = helpers.get(reader) ?? (reader === 'frame' ? openFrame() : openWorker())
  helpers.set(reader, known)
  return known
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
  async isServed() {
    return (await readDisk(probe)).headers['cache-status'] !== undefined
  },
  async renew(reader) {
    const old = helpers.get(reader)
    helpers.delete(reader)
    await old?.then((helper) => helper.end())
    await helperOf(reader)
  },
}
