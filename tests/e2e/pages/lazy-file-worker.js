// Reads an HDF5 file through FS.createLazyFile(): synchronous XHR, which only a dedicated worker may do.
import { File, ready } from './modules/h5wasm/dist/esm/hdf5_hl.js'

let count = 0

addEventListener('message', async ({ data: url }) => {
  try {
    postMessage({ result: await read(url) })
  } catch (error) {
    postMessage({ error: String(error) })
  }
})

async function read(url) {
  const { FS } = await ready
  // A new name each time: the file system keeps what it has read of a file.
  const name = `lazy-${count++}.h5`
  FS.createLazyFile('/', name, url, true, false)
  const file = new File(`/${name}`, 'r')
  const table = file.get('measured/table')
  const result = {
    keys: file.keys(),
    shape: table.shape,
    unit: table.attrs.unit.value,
    rows: Array.from(table.slice([[700_000, 700_004]])),
    whole: await digestOf(file.get('noise').value),
  }
  file.close()
  FS.unlink(`/${name}`)
  return result
}

async function digestOf(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
