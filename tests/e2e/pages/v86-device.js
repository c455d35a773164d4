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

/** A state of a guest whose disk v86 reads by itself, after it has written `bytes` at `start`. */
async function stateOfOther(url, start, bytes) {
  const emulator = new V86({ ...firmware, hda: { url, async: true, size: 20_480 * 512 } })
  await new Promise((resolve) => emulator.add_listener('emulator-ready', resolve))
  findDisk(emulator.v86.cpu.devices.ide).set(start, bytes, () => undefined)
  const state = await emulator.save_state()
  await emulator.destroy()
  return state
}

/** The disk of v86's own among what `root` refers to. */
function findDisk(root) {
  const seen = new Set()
  const waiting = [root]
  for (const value of waiting) {
    if (value?.block_cache_is_write !== undefined) return value
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (!ArrayBuffer.isView(value)) waiting.push(...Object.values(value))
  }
  throw new Error('v86 has no such disk')
}

globalThis.v86Device = { boot, stateOfOther }
