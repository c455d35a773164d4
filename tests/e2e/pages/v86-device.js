// Boots the disk exerciser from a block device, in place of a URL.
import { createV86Buffer, openBlockDevice } from './sectorcache-device.js'

/** What is no disk must be there when the server is gone. */
const [wasm, bios] = await Promise.all(
  ['/v86.wasm', '/minibios.bin'].map(async (url) => (await fetch(url)).blob()),
)
const firmware = {
  wasm_path: URL.createObjectURL(wasm),
  bios: { buffer: await bios.arrayBuffer() },
}

/** @returns the guest; `checksum` resolves when it has read all. */
async function boot(url) {
  const errors = []
  const device = await openBlockDevice(url)
  const disk = createV86Buffer(device, { onError: ({ code }) => errors.push(code) })
  const emulator = new V86({ ...firmware, hda: disk, autostart: true })
  let serial = ''
  const checksum = new Promise((resolve) => {
    emulator.add_listener('serial0-output-byte', (byte) => {
      serial += String.fromCharCode(byte)
      const found = /OK ([0-9A-F]{8})/.exec(serial)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return { device, disk, emulator, checksum, errors }
}

globalThis.v86Device = { boot }
