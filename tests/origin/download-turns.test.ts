import { setImmediate } from 'node:timers/promises'

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { answerStatus } from '../../src/demo/server/faults.ts'
import { createRangedFileSource } from '../../src/origin/ranged-file.ts'
import type { ChunkSource } from '../../src/origin/chunk-source.ts'
import { serveOrigin, type ServedOrigin } from '../demo/serve-origin.ts'
import { differenceOf, makeDisk, makeDiskBytes } from './test-disk.ts'
import { createReceived, startDownload } from './test-download.ts'

const size = 300_000
const bytes = makeDiskBytes(size)
const range = { start: 0, end: size }

let served: ServedOrigin
let url = ''
beforeAll(async () => {
  served = await serveOrigin({ extraDisks: new Map([['a.img', makeDisk(bytes)]]) })
  url = `${served.url}/disks/a.img`
})
afterEach(() => served.origin.reset())
afterAll(() => served.close())

test('asks for a turn before each attempt, and gives it back', async () => {
  served.origin.faults.add(answerStatus(503), { times: 2 })
  const turns: string[] = []
  const enter = async (): Promise<() => void> => {
    turns.push('enter')
    // What is given back twice counts once, as in the gate.
    return () => void (turns.at(-1) === 'enter' && turns.push('leave'))
  }
  await startDownload({ url, range, enter }, createReceived())
  expect(turns).toEqual(['enter', 'leave', 'enter', 'leave', 'enter', 'leave'])
})

test('gives its turn back when everything is here, and has ended when the sink has', async () => {
  const turns: string[] = []
  const { promise: stored, resolve: store } = Promise.withResolvers<void>()
  const { promise: left, resolve: leave } = Promise.withResolvers<void>()
  const sink = createReceived({
    end() {
      turns.push('end')
      return stored
    },
  })
  const enter = async (): Promise<() => void> => () => {
    turns.push('leave')
    leave()
  }
  const download = startDownload({ url, range, enter }, sink).then(() => turns.push('ended'))
  await left
  expect(turns).toEqual(['end', 'leave'])
  store()
  await download
  expect(new Set(turns)).toEqual(new Set(['end', 'leave', 'ended']))
  expect(turns.at(-1)).toBe('ended')
})

test('a sink that cannot end well fails the download, and the turn is given back', async () => {
  const failure = new Error('no room')
  let hasLeft = false
  const enter = async (): Promise<() => void> => () => void (hasLeft = true)
  const sink = createReceived({ end: () => Promise.reject(failure) })
  await expect(startDownload({ url, range, enter }, sink)).rejects.toBe(failure)
  expect(hasLeft).toBe(true)
})

const partBytes = 100_000

/** An origin that answers with shorter ranges than it is asked for. */
function createShortSource(): ChunkSource {
  const source = createRangedFileSource()
  return {
    open({ range: { start, end }, ...request }) {
      return source.open({ ...request, range: { start, end: Math.min(end, start + partBytes) } })
    },
  }
}

test('asks for the next part while the sink is ending the last one, and ends when all have ended', async () => {
  const stores: (() => void)[] = []
  const { promise: allAsked, resolve } = Promise.withResolvers<void>()
  const sink = createReceived({
    end() {
      const { promise, resolve: store } = Promise.withResolvers<void>()
      if (stores.push(store) === size / partBytes) resolve()
      return promise
    },
  })
  let hasEnded = false
  const download = startDownload({ url, range, source: createShortSource() }, sink)
  const ended = download.then(() => void (hasEnded = true))
  await allAsked
  expect(differenceOf(sink.bytes(), bytes)).toBe(undefined)
  for (const store of stores) {
    await setImmediate()
    expect(hasEnded).toBe(false)
    store()
  }
  await ended
})

test('asks for no more when the sink could not end a part, and fails with that', async () => {
  const failure = new Error('no room')
  let turns = 0
  const enter = async (): Promise<() => void> => {
    if (turns++ > 0) await setImmediate()
    return () => undefined
  }
  const sink = createReceived({ end: () => Promise.reject(failure) })
  const source = createShortSource()
  await expect(startDownload({ url, range, source, enter }, sink)).rejects.toBe(failure)
  expect([turns, sink.begun.length]).toEqual([2, 1])
})

test('a download that fails waits for what the sink is ending, and fails with its own error', async () => {
  const source = createShortSource()
  const { promise: refused, resolve: refuse } = Promise.withResolvers<void>()
  const { promise: stored, resolve: store } = Promise.withResolvers<void>()
  const opened: ChunkSource = {
    open(request) {
      if (request.range.start === 0) return source.open(request)
      refuse()
      return Promise.reject(new Error('refused'))
    },
  }
  let hasEnded = false
  const download = startDownload(
    { url, range, source: opened },
    createReceived({ end: () => stored.then(() => Promise.reject(new Error('no room'))) }),
  ).finally(() => void (hasEnded = true))
  const failed = expect(download).rejects.toThrow('refused')
  await refused
  await setImmediate()
  expect(hasEnded).toBe(false)
  store()
  await failed
})
