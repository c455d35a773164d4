import { expect, test } from 'vitest'
import { BenchUsageError, benchUsage, parseBenchOptions } from './bench-options.ts'
import { rows } from './rows/index.ts'

test('without arguments all rows are measured, and nothing is written', () => {
  expect(parseBenchOptions([])).toEqual({
    only: [],
    from: [],
    beside: [],
    write: false,
    scale: 'normal',
  })
})

test('all options are understood', () => {
  const args = '--only heap --only sizes --rounds 2 --json figures.json --full'.split(' ')
  expect(parseBenchOptions(args)).toEqual({
    only: ['heap', 'sizes'],
    rounds: 2,
    json: 'figures.json',
    from: [],
    beside: [],
    write: false,
    scale: 'full',
  })
})

test('the help names every row', () => {
  expect(parseBenchOptions(['--help'])).toBe('help')
  for (const { name } of rows) expect(benchUsage).toContain(name)
})

test.each([
  ['--only speed', 'no row speed'],
  ['--rounds 0', '0 is not a number'],
  ['--rounds many', 'many is not a number'],
  ['--smoke --full', 'do not go together'],
  ['--write --only heap', 'a run of all rows'],
  ['--write --smoke', 'no --smoke'],
  ['--from figures.json --rounds 2', 'measures nothing'],
  ['--beside figures.json', 'goes with --write'],
  ['--fast', '--fast'],
  ['heap', 'heap'],
])('%s is refused', (args, reason) => {
  expect(() => parseBenchOptions(args.split(' '))).toThrow(BenchUsageError)
  expect(() => parseBenchOptions(args.split(' '))).toThrow(reason)
})
