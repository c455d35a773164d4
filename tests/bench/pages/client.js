// What a page of the bench does when it is told to: all times are taken here, around the page's own calls.
{
  /** Reads bytes `[start, end)` and sees to it that these came. */
  async function read(url, start, end) {
    const response = await fetch(url, { headers: { Range: `bytes=${start}-${end - 1}` } })
    const body = await response.arrayBuffer()
    if (response.status !== 206 || body.byteLength !== end - start) {
      throw new Error(`${response.status} with ${body.byteLength} bytes for ${start}-${end - 1}`)
    }
  }

  async function time(work) {
    const startedAt = performance.now()
    await work()
    return performance.now() - startedAt
  }

  /** @returns milliseconds of each read of `length` bytes. */
  async function timeReads({ url, offsets, length }) {
    const times = []
    for (const offset of offsets) {
      times.push(await time(() => read(url, offset, offset + length)))
    }
    return times
  }

  /** Reads `length` bytes at all offsets at once. @returns milliseconds of them all, for each of `batches`. */
  async function timeBatches({ url, batches, length }) {
    const times = []
    for (const offsets of batches) {
      times.push(
        await time(() => Promise.all(offsets.map((offset) => read(url, offset, offset + length)))),
      )
    }
    return times
  }

  /** Reads bytes `[0, end)` one after the other. @returns milliseconds of them all. */
  function timeSequence({ url, end, length }) {
    return time(async () => {
      for (let start = 0; start < end; start += length) await read(url, start, start + length)
    })
  }

  /** Fetches all, past the browser's cache, and drops it. @returns milliseconds. */
  function timeDownload({ url, size, cache = 'no-store' }) {
    return time(async () => {
      const response = await fetch(url, { cache })
      const reader = response.body.getReader()
      let bytes = 0
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        bytes += next.value.byteLength
      }
      if (!response.ok || bytes !== size) throw new Error(`${response.status}, ${bytes} bytes`)
    })
  }

  const devices = new Map()

  /**
   * Reads through a block device, which stays open for the next time.
   *
   * @param isNew - opens another one, which has nothing in memory.
   * @returns milliseconds of each read of `length` bytes.
   */
  async function timeDeviceReads({ url, offsets, length, isNew }) {
    const key = isNew ? `${url} new` : url
    if (isNew) devices.get(key)?.close()
    if (isNew || !devices.has(key)) {
      devices.set(key, await (await sectorcache.ready).disk(url).open())
    }
    const device = devices.get(key)
    const times = []
    for (const offset of offsets) {
      times.push(
        await time(async () => {
          const { byteLength } = await device.read(offset, length)
          if (byteLength !== length) throw new Error(`${byteLength} bytes at ${offset}`)
        }),
      )
    }
    return times
  }

  /** Reads bytes `[0, end)` one after the other through a new block device. @returns milliseconds of them all. */
  async function timeDeviceSequence({ url, end, length }) {
    const offsets = Array.from({ length: Math.ceil(end / length) }, (_, at) => at * length)
    return time(() => timeDeviceReads({ url, offsets, length, isNew: true }))
  }

  /** @returns milliseconds. */
  function timePrefetch({ url }) {
    return time(async () => (await sectorcache.ready).disk(url).prefetch())
  }

  /** Lets time pass as a guest does that computes. */
  async function think(ms) {
    const untilMs = performance.now() + ms
    if (ms > 20) await new Promise((resolve) => setTimeout(resolve, ms - 5))
    while (performance.now() < untilMs);
  }

  /** Reads what a guest has read while it booted, and thinks as long. @returns milliseconds of it all. */
  function timeReplay({ url, reads, restMs }) {
    return time(async () => {
      for (const [offset, length, thinkMs] of reads) {
        await think(thinkMs)
        await read(url, offset, offset + length)
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
    registered,
    fill: ({ kind, ...disk }) => fillers[kind](disk),
  }
}
