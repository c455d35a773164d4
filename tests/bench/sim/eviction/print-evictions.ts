import { chosenChunkBytes } from '../policies.ts'
import { compareEvictions } from './compare-evictions.ts'
import { evictionWorkloads } from './eviction-workloads.ts'

/** Prints what policies of eviction come to, as a table for docs/decisions/0012. */
export function printEvictions(): void {
  const columns = evictionWorkloads.map(({ name, rooms }) => {
    const sizes = rooms.map((room) => Math.round((room * chosenChunkBytes) / 2 ** 20))
    return `${name} (${sizes.join(', ')} MiB)`
  })
  console.log(`Of the chunks that a session reads, the share that had to be fetched, in percent, by the room there is.
Sessions follow each other by 12 hours on average. More than 100: chunks were fetched again within a session.\n`)
  console.log(`| policy | ${columns.join(' | ')} | mean |\n|${' --- |'.repeat(columns.length + 2)}`)
  for (const { name, ratios, mean } of compareEvictions(evictionWorkloads)) {
    const cells = ratios.map((byRoom) => byRoom.map(percent).join(', '))
    console.log(`| ${name} | ${cells.join(' | ')} | ${(100 * mean).toFixed(1)} |`)
  }
}

function percent(ratio: number): string {
  return (100 * ratio).toFixed(0)
}
