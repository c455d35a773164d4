import wasmUrl from 'v86/build/v86.wasm?url'
import type { V86, V86Options } from 'v86'
import type { Guest } from './guest.ts'

const MiB = 2 ** 20

/** What an emulator tells. */
export interface EmulatorHooks {
  /** The processor runs. */
  onRunning(): void
  /** The guest wrote to its first serial port. */
  onSerial(text: string): void
  /** Firmware or emulator could not be fetched. */
  onError(error: Error): void
}

/** A machine that was switched on. */
export interface Emulator {
  /** Whether keys go to the guest. */
  setKeyboard(enabled: boolean): void
  /** Switches it off and frees what it held. */
  stop(): Promise<void>
}

/**
 * Boots a guest in v86. Its disk is read by Range requests, as any page would; nothing here knows of the
 * cache.
 *
 * @param screen - a `<div>` for text and a `<canvas>` for graphics must be in it.
 * @param baseUrl - `bios/` lies there.
 * @throws {Error} when the emulator's script cannot be fetched.
 */
export async function bootEmulator(
  guest: Guest,
  screen: HTMLElement,
  baseUrl: string,
  hooks: EmulatorHooks,
): Promise<Emulator> {
  const { V86 } = await import('v86')
  const emulator = new V86(emulatorOptions(guest, screen, baseUrl))
  const flushSerial = forwardSerial(emulator, hooks)
  let ready = false
  let stopped = false
  emulator.add_listener('emulator-ready', () => {
    ready = true
    // One that is not ready cannot be destroyed: it would throw.
    void (stopped ? emulator.destroy() : emulator.run())
  })
  emulator.add_listener('emulator-started', () => hooks.onRunning())
  emulator.add_listener('download-error', ({ file_name }) => {
    hooks.onError(new Error(`${file_name} could not be fetched.`))
  })
  return {
    setKeyboard: (enabled) => emulator.keyboard_set_enabled(enabled),
    async stop() {
      flushSerial()
      stopped = true
      if (ready) await emulator.destroy()
    },
  }
}

function emulatorOptions(guest: Guest, screen: HTMLElement, baseUrl: string): V86Options {
  const firmware = (name: string): { url: string } => ({
    url: new URL(`bios/${name}`, baseUrl).href,
  })
  return {
    wasm_path: wasmUrl,
    memory_size: (guest.kind === 'exerciser' ? 64 : 128) * MiB,
    hda: { url: guest.url, async: true, size: guest.size },
    screen: { container: screen },
    disable_speaker: true,
    disable_mouse: true,
    ...(guest.bios === 'minibios'
      ? { bios: firmware('minibios.bin') }
      : { bios: firmware('seabios.bin'), vga_bios: firmware('vgabios.bin') }),
  }
}

/** Serial output comes byte by byte; it is handed on in pieces. @returns hands on what is left. */
function forwardSerial(emulator: V86, hooks: EmulatorHooks): () => void {
  const decoder = new TextDecoder()
  let bytes: number[] = []
  const flush = (): void => {
    if (bytes.length === 0) return
    const text = decoder.decode(Uint8Array.from(bytes), { stream: true })
    bytes = []
    hooks.onSerial(text)
  }
  emulator.add_listener('serial0-output-byte', (byte) => {
    if (bytes.push(byte) === 1) setTimeout(flush, 50)
  })
  return flush
}
