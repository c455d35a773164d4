import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { File, ready } from 'h5wasm/node'

/** What is in the file that {@link makeHdf5File} makes. */
export interface Hdf5Content {
  /** `measured/table`, in chunks, with the attribute `unit`. */
  readonly table: Int32Array
  readonly unit: string
  /** `noise`, in one piece. */
  readonly noise: Uint8Array
}

/** Makes an HDF5 file with HDF5's own library. */
export async function makeHdf5File({ table, unit, noise }: Hdf5Content): Promise<Uint8Array> {
  await ready
  const folder = await mkdtemp(join(tmpdir(), 'sectorcache-hdf5-'))
  try {
    const path = join(folder, 'data.h5')
    const file = new File(path, 'w')
    file.create_dataset({ name: 'noise', data: noise })
    const group = file.create_group('measured')
    const dataset = group.create_dataset({
      name: 'table',
      data: table,
      shape: [table.length],
      chunks: [50_000],
      maxshape: [table.length],
    })
    dataset.create_attribute('unit', unit)
    file.close()
    return await readFile(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
