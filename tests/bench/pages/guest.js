// Boots a guest in v86 and takes the time until it says that it has read everything right. The firmware is there
// before the clock starts.
{
  const ranges = []

  class CountedRequest extends XMLHttpRequest {
    setRequestHeader(name, value) {
      if (name.toLowerCase() === 'range') ranges.push(value)
      super.setRequestHeader(name, value)
    }
  }

  globalThis.XMLHttpRequest = CountedRequest

  function countBytes() {
    return ranges.reduce((sum, range) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? []
      return sum + (last === undefined ? 0 : last - first + 1)
    }, 0)
  }

  async function fetchBytes(url) {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`${url}: ${response.status}`)
    return response.arrayBuffer()
  }

  /** @returns milliseconds, and how many bytes the guest asked for in how many reads. */
  async function boot({ url, size, expect, bios, memoryMiB }) {
    const wasm = URL.createObjectURL(new Blob([await fetchBytes('/v86.wasm')]))
    const firmware =
      bios === 'minibios'
        ? { bios: { buffer: await fetchBytes('/bios/minibios.bin') } }
        : {
            bios: { buffer: await fetchBytes('/bios/seabios.bin') },
            vga_bios: { buffer: await fetchBytes('/bios/vgabios.bin') },
          }
    const startedAt = performance.now()
    const emulator = new V86({
      wasm_path: wasm,
      memory_size: memoryMiB * 2 ** 20,
      hda: { url, async: true, size },
      disable_speaker: true,
      autostart: true,
      ...firmware,
    })
    const elapsedMs = await new Promise((resolve) => {
      let serial = ''
      emulator.add_listener('serial0-output-byte', (byte) => {
        serial += String.fromCharCode(byte)
        if (serial.endsWith(expect)) resolve(performance.now() - startedAt)
      })
    })
    const seen = { elapsedMs, bytes: countBytes(), reads: ranges.length }
    await emulator.destroy()
    return seen
  }

  globalThis.benchGuest = { boot }
}
