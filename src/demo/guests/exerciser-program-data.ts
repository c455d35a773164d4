import { absolute, dword, label, word, type Line } from './assembler.ts'
import { phasesOf } from './exerciser-phases.ts'

/** Size of a record of the phase table. */
export const PHASE_BYTES = 14

const PHASE_TABLE_END = 0xff
const MIB_SECTORS = 2048

/**
 * The workload as the program reads it, a record a phase:
 *
 * | offset | size | field |
 * |---|---|---|
 * | 0 | 1 | 0 linear, 1 random |
 * | 1 | 1 | sectors per read |
 * | 2 | 2 | reads |
 * | 4 | 4 | first LBA, or seed |
 * | 8 | 4 | step in sectors, or number of blocks |
 * | 12 | 2 | address of the name |
 */
export function phaseTable(sectorCount: number): Line[] {
  const phases = phasesOf(sectorCount)
  const records = phases.map((phase, index): Line => {
    const [order, start, step] =
      phase.order === 'linear'
        ? [0, phase.firstLba, phase.stepSectors]
        : [1, phase.seed, phase.blockCount]
    const { sectorsPerRead, readCount } = phase
    const name = absolute(`name${index}`)
    return [order, sectorsPerRead, word(readCount), dword(start), dword(step), name]
  })
  const names = phases.flatMap(({ name }, index) => text(`name${index}`, `\r\n${name.padEnd(18)}`))
  return [label('phases'), ...records, [PHASE_TABLE_END], ...names]
}

/** What the program prints, each text under its label. */
export function messages(sectorCount: number): Line[] {
  return [
    ...text('banner', `\r\nDisk exerciser, ${sectorCount / MIB_SECTORS} MiB\r\n`),
    ...text('ok', '\r\nOK '),
    ...text('again', '\r\nAny key: run again\r\n'),
    ...text('badLba', '\r\nBAD LBA '),
    ...text('error', '\r\nERR '),
  ]
}

function text(name: string, characters: string): Line[] {
  return [label(name), [characters, 0]]
}
