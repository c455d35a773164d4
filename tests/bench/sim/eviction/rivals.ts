import type { ChunkAccess, EvictionModel, EvictionPolicy } from './eviction-policy.ts'

/** What was stored first goes first. */
export const fifo: EvictionPolicy = {
  name: 'FIFO',
  create: (capacity) => createQueue(capacity, false),
}

/** What was used least recently goes first. */
export const lru: EvictionPolicy = {
  name: 'LRU',
  create: (capacity) => createQueue(capacity, true),
}

function createQueue(capacity: number, movesUp: boolean): EvictionModel {
  const queue = new Set<number>()
  return {
    has: (chunk) => queue.has(chunk),
    access({ chunk }) {
      const isHit = queue.has(chunk)
      if (isHit && movesUp) queue.delete(chunk)
      queue.add(chunk)
      if (queue.size > capacity) takeFirst(queue)
      return isHit
    },
  }
}

/**
 * SIEVE: a hand goes from the oldest to the newest, and takes what was not visited since it came by last (Zhang and
 * others, NSDI 2024).
 */
export const sieve: EvictionPolicy = {
  name: 'SIEVE',
  create(capacity) {
    let order: number[] = []
    const visited = new Map<number, boolean>()
    let hand = 0
    return {
      has: (chunk) => visited.has(chunk),
      access({ chunk }) {
        if (visited.has(chunk)) {
          visited.set(chunk, true)
          return true
        }
        if (visited.size >= capacity) {
          for (; visited.get(order[hand] ?? -1) === true; hand = (hand + 1) % order.length) {
            visited.set(order[hand] ?? -1, false)
          }
          visited.delete(order[hand] ?? -1)
          order = order.toSpliced(hand, 1)
          if (hand === order.length) hand = 0
        }
        order.push(chunk)
        visited.set(chunk, false)
        return false
      },
    }
  },
}

/**
 * S3-FIFO: a small queue of a tenth for what is new, a main one for what was wanted again, and a list of what left the
 * small one lately (Yang and others, SOSP 2023).
 */
export const s3Fifo: EvictionPolicy = {
  name: 'S3-FIFO',
  create(capacity) {
    const uses = new Map<number, number>()
    const [small, main, ghosts] = [new Set<number>(), new Set<number>(), new Set<number>()]
    const smallCapacity = Math.max(1, Math.floor(capacity / 10))

    function evict(): void {
      if (small.size >= smallCapacity || main.size === 0) evictSmall()
      else evictMain()
    }

    function evictSmall(): void {
      const chunk = takeFirst(small)
      if ((uses.get(chunk) ?? 0) > 1) {
        uses.set(chunk, 0)
        main.add(chunk)
        if (small.size + main.size > capacity) evict()
        return
      }
      uses.delete(chunk)
      ghosts.add(chunk)
      if (ghosts.size > capacity - smallCapacity) takeFirst(ghosts)
    }

    function evictMain(): void {
      for (;;) {
        const chunk = takeFirst(main)
        const count = uses.get(chunk) ?? 0
        if (count === 0) {
          uses.delete(chunk)
          return
        }
        uses.set(chunk, count - 1)
        main.add(chunk)
      }
    }

    return {
      has: (chunk) => uses.has(chunk),
      access({ chunk }) {
        const known = uses.get(chunk)
        if (known !== undefined) {
          uses.set(chunk, Math.min(3, known + 1))
          return true
        }
        if (ghosts.delete(chunk)) main.add(chunk)
        else small.add(chunk)
        uses.set(chunk, 0)
        while (uses.size > capacity) evict()
        return false
      },
    }
  },
}

/** The same policy, but the uses of one session count as one: a boot reads each chunk many times. */
export function oncePerSession({ name, create }: EvictionPolicy): EvictionPolicy {
  return {
    name: `${name}, a session counts once`,
    create(capacity) {
      const model = create(capacity)
      let session = -1
      let used = new Set<number>()
      return {
        has: model.has,
        access(access: ChunkAccess) {
          if (access.session !== session) {
            session = access.session
            used = new Set()
          }
          if (used.has(access.chunk) && model.has(access.chunk)) return true
          used.add(access.chunk)
          return model.access(access)
        },
      }
    },
  }
}

function takeFirst(queue: Set<number>): number {
  for (const first of queue) {
    queue.delete(first)
    return first
  }
  throw new RangeError('nothing is left to go')
}

/** Knows the future: what is wanted again last, or never, goes first (Belady's MIN). Nothing can be better. */
export function foreknowing(accesses: readonly ChunkAccess[]): EvictionPolicy {
  const nextAt = accesses.map(() => Infinity)
  const last = new Map<number, number>()
  for (let at = accesses.length - 1; at >= 0; at--) {
    const chunk = accesses[at]?.chunk ?? -1
    nextAt[at] = last.get(chunk) ?? Infinity
    last.set(chunk, at)
  }
  return {
    name: 'the future known',
    create(capacity) {
      const next = new Map<number, number>()
      let at = 0
      return {
        has: (chunk) => next.has(chunk),
        access({ chunk }) {
          const isHit = next.has(chunk)
          if (!isHit && next.size >= capacity) {
            const [farthest] = [...next].reduce((a, b) => (b[1] > a[1] ? b : a))
            next.delete(farthest)
          }
          next.set(chunk, nextAt[at++] ?? Infinity)
          return isHit
        },
      }
    },
  }
}
