import { expect, test } from 'vitest'

import { createOriginGate } from '../../src/origin/origin-gate.ts'
import type { OriginGate, Urgency } from '../../src/origin/origin-gate.ts'

/** Enters, and writes down the name when it is let in. */
function queue(
  gate: OriginGate,
  order: string[],
): (urgency: Urgency, name: string) => Promise<() => void> {
  return (urgency, name) =>
    gate
      .enter(() => urgency)
      .then((leave) => {
        order.push(name)
        return leave
      })
}

/** Lets everything that is already decided happen. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

test('lets as many in as the limit says', async () => {
  const order: string[] = []
  const enter = queue(
    createOriginGate(() => 2),
    order,
  )
  const [leave] = await Promise.all([enter('demand', 'a'), enter('demand', 'b')])
  const third = enter('demand', 'c')
  await settle()
  expect(order).toEqual(['a', 'b'])
  leave?.()
  await third
  expect(order).toEqual(['a', 'b', 'c'])
})

test('lets those that are waited for go first', async () => {
  const order: string[] = []
  const enter = queue(
    createOriginGate(() => 1),
    order,
  )
  const leave = await enter('demand', 'first')
  const waiting = [
    enter('prefetch', 'prefetch 1'),
    enter('prefetch', 'prefetch 2'),
    enter('demand', 'demand 1'),
    enter('demand', 'demand 2'),
  ]
  leave()
  for (const turn of [waiting[2], waiting[3], waiting[0], waiting[1]]) (await turn)?.()
  expect(order).toEqual(['first', 'demand 1', 'demand 2', 'prefetch 1', 'prefetch 2'])
})

test('prefetches leave one place free for those that are waited for', async () => {
  const order: string[] = []
  const enter = queue(
    createOriginGate(() => 3),
    order,
  )
  const prefetches = ['p1', 'p2', 'p3'].map((name) => enter('prefetch', name))
  await settle()
  expect(order).toEqual(['p1', 'p2'])
  const leaveDemand = await enter('demand', 'd1')
  const second = enter('demand', 'd2')
  await settle()
  expect(order).toEqual(['p1', 'p2', 'd1'])
  leaveDemand()
  await second
  expect(order).toEqual(['p1', 'p2', 'd1', 'd2'])
  ;(await prefetches[0])?.()
  await settle()
  expect(order).toEqual(['p1', 'p2', 'd1', 'd2']) // d2 and p2 are inside
  ;(await second)()
  await prefetches[2]
  expect(order.at(-1)).toBe('p3')
})

test('a turn that is given back twice counts once', async () => {
  const order: string[] = []
  const enter = queue(
    createOriginGate(() => 1),
    order,
  )
  const leave = await enter('demand', 'a')
  leave()
  leave()
  await enter('demand', 'b')
  void enter('demand', 'c')
  await settle()
  expect(order).toEqual(['a', 'b'])
})

test('follows a limit that changes', async () => {
  let limit = 1
  const order: string[] = []
  const enter = queue(
    createOriginGate(() => limit),
    order,
  )
  const leave = await enter('demand', 'a')
  void enter('demand', 'b')
  void enter('demand', 'c')
  limit = 2
  leave()
  await settle()
  expect(order).toEqual(['a', 'b', 'c'])
})

test('lets a prefetch in when there is one place only', async () => {
  const order: string[] = []
  const enter = queue(
    createOriginGate(() => 1),
    order,
  )
  await enter('prefetch', 'p')
  expect(order).toEqual(['p'])
})

test('is quiet when no demanded request is under way or waits, whatever is prefetched', async () => {
  const order: string[] = []
  const gate = createOriginGate(() => 1)
  const enter = queue(gate, order)
  const quiet = (name: string): Promise<unknown> =>
    gate.whenQuiet().then(() => order.push(`${name} is quiet`))
  const leaveFirst = await enter('demand', 'a')
  const second = enter('demand', 'b')
  void quiet('first')
  await settle()
  leaveFirst()
  await settle()
  expect(order).toEqual(['a', 'b'])
  ;(await second)()
  await settle()
  expect(order).toEqual(['a', 'b', 'first is quiet'])
  await enter('prefetch', 'p')
  await quiet('second')
  expect(order.slice(3)).toEqual(['p', 'second is quiet'])
})

test('is not quiet while a demanded request waits for prefetches that are under way', async () => {
  const order: string[] = []
  const gate = createOriginGate(() => 1)
  const enter = queue(gate, order)
  const leave = await enter('prefetch', 'p')
  const demanded = enter('demand', 'd')
  void gate.whenQuiet().then(() => order.push('quiet'))
  await settle()
  expect(order).toEqual(['p'])
  leave()
  const leaveDemanded = await demanded
  await settle()
  expect(order).toEqual(['p', 'd'])
  leaveDemanded()
  await settle()
  expect(order).toEqual(['p', 'd', 'quiet'])
})

test('a prefetch that somebody has come to wait for goes before the others', async () => {
  const order: string[] = []
  const gate = createOriginGate(() => 2)
  const enter = queue(gate, order)
  const leave = await enter('prefetch', 'p1')
  void enter('prefetch', 'p2')
  let urgency: Urgency = 'prefetch'
  void gate.enter(() => urgency).then(() => order.push('p3'))
  urgency = 'awaited'
  leave()
  await settle()
  expect(order).toEqual(['p1', 'p3'])
})

test('a prefetch that somebody has come to wait for takes the place that is kept free', async () => {
  const order: string[] = []
  const gate = createOriginGate(() => 2)
  await queue(gate, order)('prefetch', 'p1')
  let urgency: Urgency = 'prefetch'
  void gate.enter(() => urgency).then(() => order.push('p2'))
  await settle()
  expect(order).toEqual(['p1'])
  urgency = 'awaited'
  gate.reconsider()
  await settle()
  expect(order).toEqual(['p1', 'p2'])
})

test('a prefetch that somebody waits for disturbs no quiet: readahead goes on beside it', async () => {
  const order: string[] = []
  const gate = createOriginGate(() => 4)
  const enter = queue(gate, order)
  await enter('awaited', 'a')
  void gate.whenQuiet().then(() => order.push('quiet'))
  await settle()
  expect(order).toEqual(['a', 'quiet'])
})

test('is quiet as soon as what was demanded is here, though its answer goes on', async () => {
  const order: string[] = []
  const gate = createOriginGate(() => 4)
  let urgency: Urgency = 'demand'
  await gate.enter(() => urgency)
  void gate.whenQuiet().then(() => order.push('quiet'))
  await settle()
  expect(order).toEqual([])
  urgency = 'prefetch'
  gate.reconsider()
  await settle()
  expect(order).toEqual(['quiet'])
})

const MiB = 1024 * 1024

test('what waits to be stored takes no place up to 8 MiB, and one for each 4 MiB beyond', async () => {
  const order: string[] = []
  const gate = createOriginGate(() => 2)
  const enter = queue(gate, order)
  const stores = Array.from({ length: 4 }, () => Promise.withResolvers<string>())
  const held = stores.map(({ promise }, at) => gate.hold((at === 3 ? 1 : 4) * MiB, promise))
  expect(gate.underWay).toBe(0)
  // 13 MiB: two places are taken.
  void enter('demand', 'a')
  void enter('demand', 'b')
  await settle()
  expect(order).toEqual([])
  stores[3]?.resolve('stored')
  expect(await held[3]).toBe('stored')
  expect(order).toEqual(['a'])
  stores[0]?.reject(new Error('no room'))
  await expect(held[0]).rejects.toThrow('no room')
  expect([order, gate.underWay]).toEqual([['a', 'b'], 2])
})

test('one store takes one place at the most, however long its chunk is', async () => {
  const order: string[] = []
  const gate = createOriginGate(() => 2)
  void gate.hold(64 * MiB, new Promise(() => undefined))
  void queue(gate, order)('demand', 'a')
  void queue(gate, order)('demand', 'b')
  await settle()
  expect(order).toEqual(['a'])
})
