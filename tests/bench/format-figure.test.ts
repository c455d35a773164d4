import { expect, test } from 'vitest'
import { formatNumber } from './format-figure.ts'

test.each([
  [0, '0.00'],
  [0.00432, '0.0043'],
  [0.75, '0.75'],
  [518.72, '518.7'],
  [1234.5, '1235'],
])('%d is written with the digits that mean something: %s', (value, text) => {
  expect(formatNumber(value)).toBe(text)
})
