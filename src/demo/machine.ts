import { bootEmulator } from './emulator.ts'
import type { Emulator } from './emulator.ts'
import type { Guest } from './guest.ts'
import { createSerialJudge } from './serial-judge.ts'
import type { Verdict } from './serial-judge.ts'

/** What the machine does: `done` once the guest has said what it is expected to say. */
export type GuestState = 'idle' | 'booting' | 'running' | 'done'

/** What a machine tells. */
export interface MachineHooks {
  onState(state: GuestState, verdict: Verdict): void
  onSerial(text: string): void
  onError(error: unknown): void
}

/** The one machine of the page: off, or running one guest. */
export interface Machine {
  /** Switches it on; a guest that runs is switched off first. */
  boot(guest: Guest): Promise<void>
  /** Switches it off. */
  stop(): Promise<void>
  /** Whether keys go to the guest. */
  setKeyboard(enabled: boolean): void
}

/**
 * Makes the machine.
 *
 * @param whenReady - waited for before the first read, so that it goes through the cache if there is one.
 */
export function createMachine(
  screen: HTMLElement,
  baseUrl: string,
  whenReady: Promise<unknown>,
  hooks: MachineHooks,
): Machine {
  let emulator: Emulator | undefined
  // Each boot and stop begins a new run; what an older one still tells is not heard.
  let run = 0
  let keyboard = false

  async function stop(): Promise<void> {
    run++
    const last = emulator
    emulator = undefined
    hooks.onState('idle', '')
    await last?.stop()
  }

  async function boot(guest: Guest): Promise<void> {
    const stopped = stop()
    const thisRun = run
    const judge = createSerialJudge(guest.expect)
    hooks.onState('booting', '')
    const fail = (error: unknown): void => {
      if (run !== thisRun) return
      hooks.onError(error)
      void stop()
    }
    try {
      await Promise.all([stopped, whenReady])
      if (run !== thisRun) return
      screen.replaceChildren(document.createElement('div'), document.createElement('canvas'))
      const started = await bootEmulator(guest, screen, baseUrl, {
        onRunning() {
          if (run !== thisRun) return
          emulator?.setKeyboard(keyboard)
          hooks.onState('running', '')
        },
        onSerial(text) {
          if (run !== thisRun) return
          hooks.onSerial(text)
          const verdict = judge.push(text)
          if (verdict !== '') hooks.onState('done', verdict)
        },
        onError: fail,
      })
      if (run === thisRun) emulator = started
      else await started.stop()
    } catch (error) {
      fail(error)
    }
  }

  return {
    boot,
    stop,
    setKeyboard(enabled) {
      keyboard = enabled
      emulator?.setKeyboard(enabled)
    },
  }
}
