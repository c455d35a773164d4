import { formatNumber, formatSpread, unitOf } from './format-figure.ts'
import { reportRows } from './report-rows.ts'
import type { BenchResult, RowResult } from './run-bench.ts'

const titleWidth = 66

/** The report for the terminal. */
export function printReport({ results, scale }: BenchResult, withTested: boolean): string {
  const lines = reportRows(results, withTested).flatMap((row) => {
    const [first = '', ...more] = wrap(row.title, titleWidth)
    const cells = [
      first.padEnd(titleWidth),
      row.goal.padEnd(8),
      row.figure.padEnd(22),
      row.verdict.padEnd(12),
      row.samples.padStart(6),
      row.spread,
    ]
    return [cells.join('  ').trimEnd(), ...more]
  })
  const heading = [
    'row'.padEnd(titleWidth),
    'goal'.padEnd(8),
    'figure'.padEnd(22),
    'met'.padEnd(12),
  ]
  const table = [`${heading.join('  ')}  ${'samples'}  spread over rounds`, ...lines]
  const note = scale === 'smoke' ? ['Smoke: sizes are tiny, and these figures mean nothing.'] : []
  return [...results.flatMap(quantityLines), '', ...table, ...note].join('\n')
}

function quantityLines({ row, quantities, notes }: RowResult): string[] {
  const lines = quantities.map(
    ({ name, median, spread, samples }) =>
      `  ${name.padEnd(32)} ${formatNumber(median).padStart(9)} ${unitOf(row, name).padEnd(7)} ` +
      `${samples} samples, ${formatSpread(spread)}`,
  )
  return ['', row.name, ...lines, ...notes.map((note) => `  ${note}`)]
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + word.length < width) {
      lines[lines.length - 1] = `${line} ${word}`
    } else lines.push(word)
  }
  return lines
}
