/** Something that is to happen. */
export interface Timer {
  cancel(): void
}

/** Simulated time: jumps from one event to the next. */
export interface Clock {
  /** In milliseconds. */
  readonly nowMs: number
  /** Calls `work` after so many milliseconds; at the same time, in the order of the calls. */
  after(delayMs: number, work: () => void): Timer
  /** Lets time pass until nothing is left to happen. */
  run(): void
}

interface Entry {
  readonly atMs: number
  readonly order: number
  readonly work: () => void
}

/** A clock that stands at 0. */
export function createClock(): Clock {
  /** A binary heap, the next one first. */
  const heap: Entry[] = []
  const cancelled = new Set<Entry>()
  let nowMs = 0
  let order = 0
  return {
    get nowMs() {
      return nowMs
    },
    after(delayMs, work) {
      const entry = { atMs: nowMs + Math.max(0, delayMs), order: order++, work }
      push(heap, entry)
      return { cancel: () => void cancelled.add(entry) }
    },
    run() {
      for (let next = pop(heap); next !== undefined; next = pop(heap)) {
        if (cancelled.delete(next)) continue
        nowMs = next.atMs
        next.work()
      }
    },
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent] as Entry
    if (!isBefore(entry, above)) break
    heap[at] = above
    at = parent
  }
  heap[at] = entry
}

function pop(heap: Entry[]): Entry | undefined {
  const [first] = heap
  const last = heap.pop()
  if (first === undefined || last === undefined || heap.length === 0) return first
  let at = 0
  for (;;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]]
    const isRight = left !== undefined && right !== undefined && isBefore(right, left)
    const child = isRight ? right : left
    if (child === undefined || !isBefore(child, last)) break
    heap[at] = child
    at = 2 * at + (isRight ? 2 : 1)
  }
  heap[at] = last
  return first
}
