import { expect, test } from 'vitest'

import { parseCliOptions, USAGE, UsageError } from '../../src/demo/server/cli-options.ts'
import { FAULT_NAMES } from '../../src/demo/server/named-faults.ts'

test('without arguments the build is previewed on this machine only', () => {
  expect(parseCliOptions([])).toEqual({
    command: 'preview',
    port: 5173,
    isPortFixed: false,
    host: 'localhost',
    latencyMs: undefined,
    rateBitsPerSecond: undefined,
    faults: [],
    build: true,
  })
})

test('all options are understood', () => {
  const shape = '--latency 50 --rate 20 --fault total-star --fault weak-etag'
  const args = `dev --port 8080 --host 0.0.0.0 ${shape} --no-build`.split(' ')
  expect(parseCliOptions(args)).toEqual({
    command: 'dev',
    port: 8080,
    isPortFixed: true,
    host: '0.0.0.0',
    latencyMs: 50,
    rateBitsPerSecond: 20e6,
    faults: ['total-star', 'weak-etag'],
    build: false,
  })
})

test.each([
  [['--fast'], "Unknown option '--fast'"],
  [['--port'], "Option '--port <value>' argument missing"],
  [['--port', '99999'], '--port: 99999 is not a port from 0 to 65535'],
  [['--latency', 'long'], '--latency: long is not a delay in milliseconds'],
  [['--rate', '0'], '--rate: 0 is not a rate in Mbit/s'],
  [['--fault', 'toString'], '--fault: there is no fault toString; there are range-ignored, '],
  [['serve'], 'unknown command: serve'],
  [['dev', 'preview'], 'unknown command: dev preview'],
])('%j is refused with a reason', (args, message) => {
  expect(() => parseCliOptions(args)).toThrow(UsageError)
  expect(() => parseCliOptions(args)).toThrow(message)
})

test('help is asked for', () => {
  expect(parseCliOptions(['dev', '--help'])).toBe('help')
})

test('the help names every fault', () => {
  expect(FAULT_NAMES.filter((name) => !USAGE.split(/\s+/).includes(name))).toEqual([])
})
