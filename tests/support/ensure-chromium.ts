import { spawn } from 'node:child_process'

import { isExecutable, lookForChromium, playwrightChromium } from './find-chromium.ts'
import type { FoundChromium } from './find-chromium.ts'

/** A command, and how long it may take. */
interface Step {
  readonly command: readonly [string, ...string[]]
  readonly timeoutMs: number
}

const minuteMs = 60_000

/**
 * Finds a Chromium, or installs one: Playwright's own, else the system's package where there is apt-get and we
 * may use it. Says on stdout what it does.
 *
 * @throws when none can be had, with what to do.
 */
export async function ensureChromium(): Promise<FoundChromium> {
  const found =
    (await lookForChromium()) ?? (await installPlaywrights()) ?? (await installSystems())
  if (found !== undefined) return found
  throw new Error(
    'No Chromium could be installed; install the package "chromium" of your system, or set CHROMIUM to the ' +
      'path of one, and run this again.',
  )
}

async function installPlaywrights(): Promise<FoundChromium | undefined> {
  if (!(await isExecutable(playwrightChromium()))) {
    const install = ['npx', 'playwright', 'install', 'chromium'] as const
    if (!(await run({ command: install, timeoutMs: 5 * minuteMs }))) return undefined
    const found = await lookForChromium()
    if (found !== undefined) return found
  }
  // It is there, but does not run: shared libraries are missing, which only root can install.
  if (!isRoot()) return undefined
  const installLibraries = ['npx', 'playwright', 'install-deps', 'chromium'] as const
  await run({ command: installLibraries, timeoutMs: 10 * minuteMs })
  return lookForChromium()
}

async function installSystems(): Promise<FoundChromium | undefined> {
  const aptGet = ['/usr/bin/apt-get'] as const
  if (!(await isExecutable(aptGet[0]))) return undefined
  const isSudoer = !isRoot() && (await isExecutable('/usr/bin/sudo'))
  if (!isRoot() && !isSudoer) return undefined
  const prefix = isRoot() ? aptGet : (['/usr/bin/sudo', '-n', ...aptGet] as const)
  // Without fresh lists the package may have moved away; the old ones may do where there is no network.
  await run({ command: [...prefix, 'update'], timeoutMs: 5 * minuteMs })
  const install = ['install', '-y', '--no-install-recommends', 'chromium']
  await run({ command: [...prefix, ...install], timeoutMs: 15 * minuteMs })
  return lookForChromium()
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** Runs a command with its output on ours. Resolves to whether it succeeded. */
function run({ command, timeoutMs }: Step): Promise<boolean> {
  const [program, ...args] = command
  console.log(`Chromium is missing: ${command.join(' ')}`)
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
