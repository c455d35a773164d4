import { spawn } from 'node:child_process'

import { isExecutable } from './try-browser.ts'

/** A command, and how long it may take. */
export interface Step {
  readonly command: readonly [string, ...string[]]
  readonly timeoutMs: number
}

const minuteMs = 60_000

/** Installs a package of the system, where there is apt-get and we may use it. Says on stdout what it does. */
export async function installPackage(name: string): Promise<void> {
  const aptGet = ['/usr/bin/apt-get'] as const
  if (!(await isExecutable(aptGet[0]))) return
  const isSudoer = !isRoot() && (await isExecutable('/usr/bin/sudo'))
  if (!isRoot() && !isSudoer) return
  const prefix = isRoot() ? aptGet : (['/usr/bin/sudo', '-n', ...aptGet] as const)
  // Without fresh lists the package may have moved away; the old ones may do where there is no network.
  await runStep({ command: [...prefix, 'update'], timeoutMs: 5 * minuteMs })
  const install = ['install', '-y', '--no-install-recommends', name]
  await runStep({ command: [...prefix, ...install], timeoutMs: 15 * minuteMs })
}

/** Whether we may install what we like. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** Runs a command with its output on ours. Resolves to whether it succeeded. */
export function runStep({ command, timeoutMs }: Step): Promise<boolean> {
  const [program, ...args] = command
  console.log(`A browser is missing: ${command.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: timeoutMs,
    env,
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })
}
