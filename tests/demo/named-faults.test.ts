import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { createNamedFault, FAULT_NAMES } from '../../src/demo/server/named-faults.ts'
import { serveOrigin, type ServedOrigin } from './serve-origin.ts'

let served: ServedOrigin
beforeAll(async () => {
  served = await serveOrigin()
})
afterEach(() => served.origin.reset())
afterAll(() => served.close())

test.each(FAULT_NAMES)('%s spoils one of the requests that a reader makes', async (name) => {
  const fault = served.origin.faults.add(createNamedFault(name))
  const url = `${served.url}/disks/exerciser-8MiB.img`
  const requests: RequestInit[] = [
    { headers: { Range: 'bytes=0-1048575' } },
    { headers: { Range: 'bytes=0-1048575', 'If-Range': '"another"' } },
    { method: 'HEAD' },
  ]
  for (const request of requests) {
    const response = await fetch(url, request).catch(() => undefined)
    await response?.body?.cancel()
  }
  expect(fault.hits).toBeGreaterThan(0)
})

test('a name that there is not is refused with the names that there are', () => {
  expect(() => createNamedFault('toString')).toThrow(RangeError)
  expect(() => createNamedFault('total')).toThrow(
    'there is no fault total; there are range-ignored',
  )
})
