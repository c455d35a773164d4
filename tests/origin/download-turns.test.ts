import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { answerStatus } from '../../src/demo/server/faults.ts'
import { serveOrigin, type ServedOrigin } from '../demo/serve-origin.ts'
import { makeDisk, makeDiskBytes } from './test-disk.ts'
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
