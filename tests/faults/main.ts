import { parseFaultOptions, usage, UsageError } from './cli-options.ts'
import type { FaultCliOptions } from './cli-options.ts'
import { createFaultTally, describeFaults } from './fault-tally.ts'
import type { FaultTally } from './fault-tally.ts'
import { openFaultWorld } from './fault-world.ts'
import type { FaultWorld, FaultWorldOptions } from './fault-world.ts'
import { lookForFirefox } from '../support/find-firefox.ts'
import { createHeldFile } from './held-file.ts'
import { judgeLeaks } from './judge-leaks.ts'
import { runBodies } from './run-bodies.ts'
import { runCorruptions } from './run-corruptions.ts'
import { rollRounds, runFirefoxBodies, shortLife } from './run-firefox-bodies.ts'
import { createAlonePage, runIdleDeath } from './run-idle-death.ts'
import { runKills } from './run-kills.ts'
import type { KillRun } from './run-kills.ts'
import { runMigrationKills } from './run-migration-kills.ts'
import { runPowerLosses } from './run-power-losses.ts'
import { runQuotaFailures } from './run-quota-failures.ts'
import { rollShellFaults, runShellBodies } from './run-shell-bodies.ts'

async function runAll(options: FaultCliOptions, tally: FaultTally): Promise<void> {
  const { seed, kills, takeOvers, quotaFailures, corruptions, powerLosses } = options
  const { migrations, bodies, firefoxBodies } = options
  const trace = options.isVerbose ? { trace: (text: string) => console.log(text) } : {}
  for (const store of ['idb', 'opfs'] as const) {
    await inWorld(`kills (${store})`, { store }, kills > 0, (world) =>
      killAndSweep(world, { seed, kills: Math.ceil(kills / 2), tally, ...trace }),
    )
    await inWorld(`take-overs (${store})`, { store }, takeOvers > 0, (world) =>
      killAndSweep(world, {
        seed,
        kills: Math.ceil(takeOvers / 2),
        updates: true,
        tally,
        ...trace,
      }),
    )
    await inWorld(`corruptions (${store})`, { store }, corruptions > 0, (world) =>
      runCorruptions(world, { seed, corruptions: Math.ceil(corruptions / 2), tally }),
    )
    const attributes = 'data-budget="1GiB"'
    await inWorld(`quota failures (${store})`, { store, attributes }, quotaFailures > 0, (world) =>
      runQuotaFailures(world, { seed, failures: Math.ceil(quotaFailures / 2), tally }),
    )
  }
  await inWorld('migrations', { store: 'idb' }, migrations > 0, (world) =>
    runMigrationKills(world, { seed, kills: migrations, tally }),
  )
  await inWorld('bodies', { store: 'idb', rateBitsPerSecond: 200e6 }, bodies > 0, (world) =>
    runBodies(world, { seed, bodies, tally }),
  )
  const file = createHeldFile('/faults/held.bin')
  const handlers = [file.handler]
  await inWorld('files of the page', { store: 'idb', handlers }, bodies > 0, (world) => {
    const faults = rollShellFaults(seed, Math.ceil(bodies / 4), ['stop', 'update'])
    return runShellBodies(world, { file, faults, tally })
  })
  const alone = createAlonePage()
  await inWorld('idle death', { store: 'idb', handlers: alone.handlers }, bodies > 0, (world) =>
    runIdleDeath(world, { alone, holdMs: 40_000, tally }),
  )
  const isFirefoxThere = firefoxBodies > 0 && (await lookForFirefox()) !== undefined
  if (firefoxBodies > 0 && !isFirefoxThere) console.log('bodies in Firefox: skipped, there is none')
  const firefox = { store: 'idb', firefox: shortLife } as const
  await inWorld('bodies in Firefox', firefox, isFirefoxThere, (world) =>
    runFirefoxBodies(world, { seed, rounds: rollRounds(seed, firefoxBodies), tally }),
  )
  const held = { ...firefox, handlers }
  await inWorld('files of the page in Firefox', held, isFirefoxThere, (world) => {
    const faults = rollShellFaults(seed, Math.ceil(firefoxBodies / 4), ['idle', 'update'])
    return runShellBodies(world, { file, faults, tally })
  })
  if (powerLosses > 0) await runPowerLosses({ seed, losses: powerLosses, tally })
}

/** However often it was killed, what is stored belongs to something in the end. */
async function killAndSweep(world: FaultWorld, run: KillRun): Promise<void> {
  await runKills(world, run)
  const { dataBytes, usageBytes } = await judgeLeaks(world)
  console.log(`after ${run.kills} kills: ${dataBytes} bytes of data, ${usageBytes} used`)
}

async function inWorld(
  what: string,
  options: FaultWorldOptions,
  isWanted: boolean,
  work: (world: FaultWorld) => Promise<unknown>,
): Promise<void> {
  if (!isWanted) return
  console.log(`${what}: begun`)
  const begunMs = Date.now()
  const world = await openFaultWorld(options)
  try {
    await work(world)
  } finally {
    await world.close()
  }
  console.log(`${what}: done in ${Math.round((Date.now() - begunMs) / 1000)} s`)
}

async function main(): Promise<void> {
  const options = parseFaultOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(usage)
    return
  }
  console.log(`Faults of seed ${options.seed}`)
  const tally = createFaultTally()
  try {
    await runAll(options, tally)
  } catch (error) {
    console.error(error)
    console.error(`To run it again: npm run test:faults -- --seed ${options.seed}`)
    process.exitCode = 1
  }
  console.log(`\n${describeFaults(tally)}`)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`${error.message}\n\n${usage}`)
  process.exitCode = 2
}
