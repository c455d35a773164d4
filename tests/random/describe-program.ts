import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { createModelDisk } from './model-disk.ts'
import type { ModelDisk } from './model-disk.ts'
import type { Operation, Program, RangeChoice } from './program.ts'
import { rangeHeader, rangeOf } from './range-of-choice.ts'

/** A program as people read it: its site, its disks, and a line for each operation. */
export function describeProgram({ site, disks, steps }: Program): string {
  const sources = new Map<string, DiskSource>()
  const models = disks.map((choice, index) =>
    createModelDisk(`disk ${index}`, { choice, site }, sources),
  )
  const lines = [
    `chunks of ${site.chunkSize}, store=${site.store}, on-change=${site.onChange}`,
    ...models.map(
      ({ name, current, choice }) =>
        `${name}: ${current.bytes.length} bytes, validator ${choice.validator}` +
        (choice.zeroes ? ', every third chunk all zeroes' : ''),
    ),
  ]
  for (const [index, step] of steps.entries()) {
    for (const [at, { pauseMs, operation }] of step.entries()) {
      const number = at === 0 ? `${index + 1}.` : ''
      const pause = pauseMs > 0 ? ` (after ${pauseMs} ms)` : ''
      lines.push(`${number.padStart(4)} ${describeOperation(operation, models)}${pause}`)
    }
  }
  return lines.join('\n')
}

function describeOperation(operation: Operation, models: readonly ModelDisk[]): string {
  if (!('disk' in operation))
    return operation.kind === 'renew' ? `a new ${operation.reader}` : operation.kind
  const disk = models[operation.disk % models.length]
  if (disk === undefined) return operation.kind
  const { name } = disk
  switch (operation.kind) {
    case 'read': {
      const { ask, leaveAfter, reader } = operation
      const what = typeof ask === 'string' ? ask : rangeHeader(ask, disk)
      const leave = leaveAfter === undefined ? '' : `, left after ${leaveAfter} bytes`
      return `the ${reader} reads ${what} of ${name}${leave}`
    }
    case 'evict':
    case 'prefetch':
      return `${operation.kind} ${name} ${describeRange(operation.range, disk)}`
    case 'invalidate':
      return `invalidate ${name} by ${operation.by}`
    case 'status':
      return `status of ${name}`
    case 'change': {
      const grown = Math.floor((operation.growHalfChunks * disk.chunkBytes) / 2)
      return `${name} changes at its origin, and grows by ${grown} bytes`
    }
    case 'revert':
      return `${name} goes back ${operation.back} versions at its origin`
    case 'fault':
      return `fault ${operation.fault} on ${name}, ${operation.times} times (${operation.bytes} bytes)`
  }
}

function describeRange(range: RangeChoice | undefined, disk: ModelDisk): string {
  if (range === undefined) return 'wholly'
  const { start, end } = rangeOf(range, disk)
  return `${start}-${end - 1}`
}
