// Boots the disk exerciser as a site does, and keeps what v86 is answered when it asks for the disk.
{
  const answers = []
  /** Ends the guests whose emulator has been given an answer after which it hangs. */
  const enders = new Set()

  class RecordedRequest extends XMLHttpRequest {
    #isDisk = false
    #range = ''

    open(method, url, ...rest) {
      this.#isDisk = new URL(url, document.baseURI).pathname.startsWith('/disks/')
      super.open(method, url, ...rest)
    }

    setRequestHeader(name, value) {
      if (name === 'Range') this.#range = value
      super.setRequestHeader(name, value)
    }

    send(body) {
      if (this.#isDisk) {
        this.addEventListener('readystatechange', () => {
          if (this.readyState === XMLHttpRequest.HEADERS_RECEIVED) record(this, this.#range)
        })
        this.addEventListener('error', () => record(this, this.#range))
      }
      super.send(body)
    }
  }

  function record(request, range) {
    const { status } = request
    const from = status === 0 ? '' : (request.getResponseHeader('Cache-Status') ?? '')
    answers.push({ range, status, isFromWorker: from.startsWith('sectorcache') })
    if (status === 206 || status === 0 || status >= 500) return
    for (const end of enders) end(new Error(`v86 was answered ${status} for ${range}`))
  }

  globalThis.XMLHttpRequest = RecordedRequest

  let firmware

  /** Once a page: what is no disk must be there when the server is gone. */
  async function loadFirmware() {
    const [wasm, bios] = await Promise.all(
      ['/v86.wasm', '/minibios.bin'].map(async (url) => (await fetch(url)).blob()),
    )
    return { wasm_path: URL.createObjectURL(wasm), bios: { buffer: await bios.arrayBuffer() } }
  }

  /** @param disk - options of v86 for the disk. @returns the guest; `checksum` resolves when it has read all. */
  async function boot(disk) {
    firmware ??= await loadFirmware()
    const emulator = new V86({ ...firmware, hda: { async: true, ...disk }, autostart: true })
    const guest = { emulator, serial: '' }
    guest.checksum = new Promise((resolve, reject) => {
      enders.add(reject)
      emulator.add_listener('serial0-output-byte', (byte) => {
        guest.serial += String.fromCharCode(byte)
        const checksum = /OK ([0-9A-F]{8})/.exec(guest.serial)?.[1]
        if (checksum !== undefined) resolve(checksum)
      })
    })
    return guest
  }

  globalThis.v86Client = { answers, boot }
}
