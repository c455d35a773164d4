import { findElement } from './find-element.ts'
import type { Guest } from './guest.ts'
import type { GuestState } from './machine.ts'
import type { Verdict } from './serial-judge.ts'
import { setAvailable } from './set-available.ts'

/** The state of the machine, on the page and, for tests, as data of `<main>`. */
export interface MachineView {
  /** @param guest - the one that runs, or that ran last. */
  show(state: GuestState, verdict: Verdict, guest: Guest | undefined): void
  /** Says why the guest does not run. */
  fail(error: unknown): void
}

const stateWords: Record<GuestState, string> = {
  idle: 'Off',
  booting: 'Starting…',
  running: 'Running',
  done: 'Finished its check',
}

/** Makes the view of the machine. */
export function createMachineView(): MachineView {
  const main = findElement('main', HTMLElement)
  const state = findElement('state', HTMLElement)
  const verdict = findElement('verdict', HTMLElement)
  const problem = findElement('machine-problem', HTMLElement)
  const screen = findElement('screen', HTMLElement)
  const boot = findElement('boot', HTMLButtonElement)
  const restart = findElement('restart', HTMLButtonElement)
  const stop = findElement('stop', HTMLButtonElement)
  return {
    show(newState, newVerdict, guest) {
      const on = newState !== 'idle'
      main.dataset['guestState'] = newState
      main.dataset['verdict'] = newVerdict
      state.textContent = stateWords[newState]
      verdict.textContent = verdictWords(newVerdict, guest)
      screen.classList.toggle('off', !on)
      setAvailable(boot, !on)
      setAvailable(restart, on)
      setAvailable(stop, on)
      if (on) problem.textContent = ''
    },
    fail(error) {
      problem.textContent = error instanceof Error ? error.message : String(error)
    },
  }
}

function verdictWords(verdict: Verdict, guest: Guest | undefined): string {
  if (verdict === 'right') return `✓ Right: every byte was as expected (${guest?.expect ?? ''})`
  if (verdict === 'wrong') return `✗ Wrong: expected ${guest?.expect ?? ''}, see the serial output`
  return guest !== undefined && guest.expect === undefined ? 'No known answer to compare with' : ''
}
