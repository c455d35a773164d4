// Reads disks through a block device in a dedicated worker, as an emulator that runs in one does.
import { openBlockDevice } from './sectorcache-device.js'

const devices = new Map()

addEventListener('message', async ({ data: { url, ranges } }) => {
  try {
    if (!devices.has(url)) devices.set(url, await openBlockDevice(url))
    const device = devices.get(url)
    const digests = await Promise.all(
      ranges.map(async ([start, end]) => digestOf(await device.read(start, end - start))),
    )
    postMessage({ size: device.size, digests })
  } catch ({ code, message }) {
    postMessage({ code, message })
  }
})

async function digestOf(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
