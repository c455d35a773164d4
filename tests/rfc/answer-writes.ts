import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import type { Handler } from '../support/site.ts'
import { createRfcDisk } from './disk.ts'
import type { RfcDiskOptions } from './disk.ts'

/** What a write tells this origin to do. */
interface WriteBody {
  readonly status: number
  /** The disk from then on. @default the same */
  readonly serve?: RfcDiskOptions
}

/** An origin whose disks can be written to: the body of a request says what it is to answer, with the same body, and to serve then. */
export function answerWrites(disks: Map<string, DiskSource>): Handler {
  return (request, response, next) => {
    const name = /^\/disks\/([^?]+)/.exec(request.url ?? '')?.[1]
    if (name === undefined || request.method === 'GET' || request.method === 'HEAD') {
      next()
      return
    }
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => (text += part))
    request.on('end', () => {
      const { status, serve } = JSON.parse(text) as WriteBody
      if (serve !== undefined) disks.set(name, createRfcDisk(serve))
      response.writeHead(status).end(status === 204 ? '' : text)
    })
  }
}
