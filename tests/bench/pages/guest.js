// Boots a guest in v86 and takes the time until it says that it has read everything right. The firmware is there
// before the clock starts.
{
  /** What the guest asked for, and when it got it. */
  const reads = []

  class ObservedRequest extends XMLHttpRequest {
    setRequestHeader(name, value) {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(value) ?? []
      if (name.toLowerCase() === 'range' && last !== undefined) {
        const read = { offset: Number(first), length: last - first + 1 }
        reads.push(read)
        // Before the emulator's own listener, in which the guest may go on.
        this.addEventListener('load', () => (read.endedMs = performance.now()), { once: true })
      }
      super.setRequestHeader(name, value)
    }

    send(body) {
      const read = reads.at(-1)
      if (read !== undefined) read.sentMs ??= performance.now()
      super.send(body)
    }
  }

  globalThis.XMLHttpRequest = ObservedRequest

  async function fetchBytes(url) {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`${url}: ${response.status}`)
    return response.arrayBuffer()
  }

  /**
   * By the name of a source: what is done before the clock starts. It resolves to what is done after that, which gives v86 its disk,
   * says when that has failed, and how it is closed.
   */
  const preparers = {
    requests: async ({ url, size }) => {
      return async () => ({ hda: { url, async: true, size } })
    },
    memory: async ({ url }) => {
      const hda = { buffer: await fetchBytes(url) }
      return async () => ({ hda })
    },
    device: async ({ url }) => {
      const { createV86Buffer } = await import('/sectorcache-device.js')
      const cache = await sectorcache.ready
      return async () => {
        const device = await cache.disk(url).open()
        const { promise: failed, reject } = Promise.withResolvers()
        const hda = createV86Buffer(device, { onError: reject })
        return { hda, failed, close: () => device.close() }
      }
    },
  }

  /** @returns milliseconds, how many bytes the guest asked for in how many reads, and the reads themselves. */
  async function boot({ url, size, expect, bios, memoryMiB, from }) {
    const wasm = URL.createObjectURL(new Blob([await fetchBytes('/v86.wasm')]))
    const firmware =
      bios === 'minibios'
        ? { bios: { buffer: await fetchBytes('/bios/minibios.bin') } }
        : {
            bios: { buffer: await fetchBytes('/bios/seabios.bin') },
            vga_bios: { buffer: await fetchBytes('/bios/vgabios.bin') },
          }
    const openDisk = await preparers[from]({ url, size })
    const startedAt = performance.now()
    const { hda, failed, close = () => undefined } = await openDisk()
    const emulator = new V86({
      wasm_path: wasm,
      memory_size: memoryMiB * 2 ** 20,
      hda,
      disable_speaker: true,
      autostart: true,
      ...firmware,
    })
    const booted = new Promise((resolve) => {
      let serial = ''
      emulator.add_listener('serial0-output-byte', (byte) => {
        serial += String.fromCharCode(byte)
        if (serial.endsWith(expect)) resolve(performance.now() - startedAt)
      })
    })
    const elapsedMs = await (failed ? Promise.race([booted, failed]) : booted)
    const seen = {
      elapsedMs,
      bytes: reads.reduce((sum, { length }) => sum + length, 0),
      reads: reads.length,
      trace: traceOf(startedAt, startedAt + elapsedMs),
    }
    await emulator.destroy()
    close()
    return seen
  }

  /** Each read with the time that passed since the last one was answered; and the time after the last one. */
  function traceOf(startedAt, endedAt) {
    let lastMs = startedAt
    const rows = reads
      .filter(({ sentMs }) => sentMs < endedAt)
      .map(({ offset, length, sentMs, endedMs }) => {
        const row = [offset, length, Math.max(0, sentMs - lastMs)]
        lastMs = endedMs ?? endedAt
        return row
      })
    return { reads: rows, restMs: Math.max(0, endedAt - lastMs) }
  }

  globalThis.benchGuest = { boot }
}
