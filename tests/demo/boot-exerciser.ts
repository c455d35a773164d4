import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { V86 } from 'v86'

import { minibios } from '../../src/demo/guests/minibios.ts'

/** How {@link bootExerciser} reads the disk. */
export interface BootOptions {
  /** Size of the disk in bytes. */
  readonly sizeBytes: number
  /** Reads `[start, end)` of the disk. */
  read(start: number, end: number): Promise<Uint8Array>
  /** What the guest has at its BIOS. @default our own */
  readonly bios?: Uint8Array<ArrayBuffer>
}

/**
 * Boots a disk in v86 without a browser, until the exerciser has printed its result on COM1.
 *
 * @returns the result, such as `OK 86C71A51`
 */
export async function bootExerciser({
  sizeBytes,
  read,
  bios = minibios(),
}: BootOptions): Promise<string> {
  const build = join(dirname(createRequire(import.meta.url).resolve('v86/package.json')), 'build')
  return await new Promise<string>((resolve, reject) => {
    const emulator = new V86({
      wasm_path: join(build, 'v86.wasm'),
      bios: { buffer: bios.buffer },
      // v86 takes any object with these methods; its types know buffers and URLs only.
      hda: createDrive(sizeBytes, read, reject) as unknown as { buffer: ArrayBuffer },
      memory_size: 32 * 1024 * 1024,
      autostart: true,
      disable_keyboard: true,
      disable_mouse: true,
      disable_speaker: true,
    })
    let output = ''
    const listen = (byte: number): void => {
      output += String.fromCharCode(byte)
      const result = /(OK|BAD LBA|ERR) [0-9A-F]{8}/.exec(output)?.[0]
      if (result === undefined) return
      emulator.remove_listener('serial0-output-byte', listen)
      void emulator.destroy()
      resolve(result)
    }
    emulator.add_listener('serial0-output-byte', listen)
  })
}

type Deliver = (bytes: Uint8Array) => void

/** What v86's disk controller calls. */
interface Drive {
  readonly byteLength: number
  /** Set by v86. */
  onload: (() => void) | undefined
  load(): void
  get(start: number, length: number, deliver: Deliver): void
  get_and_cache(start: number, length: number, deliver: Deliver): void
  get_from_cache(): Uint8Array | undefined
  set(): void
}

function createDrive(
  byteLength: number,
  read: BootOptions['read'],
  fail: (error: unknown) => void,
): Drive {
  let bootSector: Uint8Array | undefined
  const get = (start: number, length: number, deliver: Deliver): void => {
    read(start, start + length)
      .then(deliver)
      .catch(fail)
  }
  const drive: Drive = {
    byteLength,
    onload: undefined,
    load() {
      drive.onload?.()
    },
    get,
    // v86 reads the boot sector this way first, and then looks for the geometry in it.
    get_and_cache(start: number, length: number, deliver: Deliver) {
      get(start, length, (bytes) => {
        bootSector = bytes
        deliver(bytes)
      })
    },
    get_from_cache: () => bootSector,
    set: () => fail(new Error('the exerciser does not write')),
  }
  return drive
}
