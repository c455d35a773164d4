// What a page of the bench does when it is told to: all times are taken here, around the page's own calls. While the clock
// runs, what came is kept at the most; what it is, is looked at later.
{
  /** The most that is kept of one measurement, in bytes. */
  const keptBytes = 8 * 2 ** 20

  /** What has been read since it was looked at last, or some of it: `{ url, start, bytes }`. */
  let kept = []

  /**
   * @param totalBytes - of all that will be read.
   * @returns what keeps the bytes of every read, or of every nth.
   */
  function createKeeper(url, totalBytes) {
    const every = Math.max(Math.ceil(totalBytes / keptBytes), 1)
    let count = 0
    return (start, bytes) => {
      if (count++ % every === 0) kept.push({ url, start, bytes })
    }
  }

  /** @returns the checksums of what was kept, which is forgotten. */
  function takeKept() {
    const taken = kept
    kept = []
    return Promise.all(
      taken.map(async ({ url, start, bytes }) => {
        const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
        const sha256 = Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('')
        return { url, start, end: start + bytes.byteLength, sha256 }
      }),
    )
  }

  /** Reads bytes `[start, end)` and sees to it that so many came. */
  async function read(url, start, end) {
    const response = await fetch(url, { headers: { Range: `bytes=${start}-${end - 1}` } })
    const body = await response.arrayBuffer()
    if (response.status !== 206 || body.byteLength !== end - start) {
      throw new Error(`${response.status} with ${body.byteLength} bytes for ${start}-${end - 1}`)
    }
    return body
  }

  /** @returns milliseconds, and what `work` came to. */
  async function time(work) {
    const startedAt = performance.now()
    const result = await work()
    return { elapsedMs: performance.now() - startedAt, result }
  }

  async function timeOf(work) {
    const { elapsedMs } = await time(work)
    return elapsedMs
  }

  /** @returns milliseconds of each read of `length` bytes. */
  async function timeReads({ url, offsets, length }) {
    const keep = createKeeper(url, offsets.length * length)
    const times = []
    for (const offset of offsets) {
      const { elapsedMs, result } = await time(() => read(url, offset, offset + length))
      times.push(elapsedMs)
      keep(offset, result)
    }
    return times
  }

  /** Reads `length` bytes at all offsets at once. @returns milliseconds of them all, for each of `batches`. */
  async function timeBatches({ url, batches, length }) {
    const keep = createKeeper(url, batches.flat().length * length)
    const times = []
    for (const offsets of batches) {
      const { elapsedMs, result } = await time(() =>
        Promise.all(offsets.map((offset) => read(url, offset, offset + length))),
      )
      times.push(elapsedMs)
      offsets.forEach((offset, at) => keep(offset, result[at]))
    }
    return times
  }

  /** Reads bytes `[0, end)` one after the other. @returns milliseconds of them all. */
  function timeSequence({ url, end, length }) {
    const keep = createKeeper(url, end)
    return timeOf(async () => {
      for (let start = 0; start < end; start += length) {
        keep(start, await read(url, start, start + length))
      }
    })
  }

  /** Pieces of a download that are kept. */
  const keptPieces = 16

  /** Fetches all, past the browser's cache, and drops it. @returns milliseconds. */
  function timeDownload({ url, size, cache = 'no-store' }) {
    return timeOf(async () => {
      const response = await fetch(url, { cache })
      const reader = response.body.getReader()
      let bytes = 0
      let keptNext = 0
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        if (bytes >= keptNext) {
          kept.push({ url, start: bytes, bytes: next.value })
          keptNext += size / keptPieces
        }
        bytes += next.value.byteLength
      }
      if (!response.ok || bytes !== size) throw new Error(`${response.status}, ${bytes} bytes`)
    })
  }

  const devices = new Map()

  /** Reads `length` bytes at all offsets, one after the other. */
  async function readDevice(device, offsets, length) {
    const results = []
    for (const offset of offsets) {
      const bytes = await device.read(offset, length)
      if (bytes.byteLength !== length) throw new Error(`${bytes.byteLength} bytes at ${offset}`)
      results.push(bytes)
    }
    return results
  }

  /**
   * Reads through a block device, which stays open for the next time.
   *
   * @param isNew - opens another one, which has nothing in memory.
   * @param perSample - reads that are timed together.
   * @returns milliseconds of a read of `length` bytes, for each sample.
   */
  async function timeDeviceReads({ url, offsets, length, isNew, perSample = 1 }) {
    const key = isNew ? `${url} new` : url
    if (isNew) devices.get(key)?.close()
    if (isNew || !devices.has(key)) {
      devices.set(key, await (await sectorcache.ready).disk(url).open())
    }
    const device = devices.get(key)
    const keep = createKeeper(url, offsets.length * length)
    const times = []
    for (let at = 0; at < offsets.length; at += perSample) {
      const some = offsets.slice(at, at + perSample)
      const { elapsedMs, result } = await time(() => readDevice(device, some, length))
      times.push(elapsedMs / some.length)
      some.forEach((offset, index) => keep(offset, result[index]))
    }
    return times
  }

  /** Reads bytes `[0, end)` one after the other through a new block device. @returns milliseconds of them all. */
  async function timeDeviceSequence({ url, end, length }) {
    const offsets = Array.from({ length: Math.ceil(end / length) }, (_, at) => at * length)
    return timeOf(() => timeDeviceReads({ url, offsets, length, isNew: true }))
  }

  /** @returns milliseconds. */
  function timePrefetch({ url }) {
    return timeOf(async () => (await sectorcache.ready).disk(url).prefetch())
  }

  /** Lets time pass as a guest does that computes. */
  async function think(ms) {
    const untilMs = performance.now() + ms
    if (ms > 20) await new Promise((resolve) => setTimeout(resolve, ms - 5))
    while (performance.now() < untilMs);
  }

  /** Reads what a guest has read while it booted, and thinks as long. @returns milliseconds of it all. */
  function timeReplay({ url, reads, restMs }) {
    const totalBytes = reads.reduce((sum, [, length]) => sum + length, 0)
    const keep = createKeeper(url, totalBytes)
    return timeOf(async () => {
      for (const [offset, length, thinkMs] of reads) {
        await think(thinkMs)
        keep(offset, await read(url, offset, offset + length))
      }
      await think(restMs)
    })
  }

  /** Waits until the page is under its worker. */
  async function registered(script) {
    const controlled = new Promise((resolve) => {
      if (navigator.serviceWorker.controller) resolve()
      else navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true })
    })
    await navigator.serviceWorker.register(script, { scope: '/' })
    await controlled
  }

  /** How each contender comes to have all of a disk. */
  const fillers = {
    none: ({ url, size }) => timeSequence({ url, end: size, length: 2 ** 20 }),
    whole: ({ url, size }) => timeDownload({ url, size, cache: 'default' }),
    floor: async () => {},
    workbox: async ({ url }) => (await caches.open('disks')).add(url),
    sectorcache: timePrefetch,
  }

  globalThis.benchClient = {
    timeReads,
    timeBatches,
    timeSequence,
    timeDownload,
    timeDeviceReads,
    timeDeviceSequence,
    timePrefetch,
    timeReplay,
    takeKept,
    registered,
    fill: ({ kind, ...disk }) => fillers[kind](disk),
  }
}
