import { expect, test } from 'vitest'

import { defaultOptions } from '../../src/core/options.ts'
import type { ResolvedOptions } from '../../src/core/options.ts'
import {
  attributeOf,
  optionNames,
  parseOptionAttributes,
  parseOptions,
  resolveOptions,
  routingOptionNames,
} from '../../src/core/parse-options.ts'

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const dayMs = 86_400_000

test.each<[keyof ResolvedOptions, unknown, unknown]>([
  ['disks', '/disks/*', ['/disks/*']],
  ['disks', ' /a/*\n\thttps://b.test/*  ', ['/a/*', 'https://b.test/*']],
  ['disks', ['/a/*', '/b c/*'], ['/a/*', '/b c/*']],
  ['shell', 'auto', 'auto'],
  ['shell', 'off', 'off'],
  ['coi', 'on', 'on'],
  ['coi', 'off', 'off'],
  ['keyParams', 'version arch', ['version', 'arch']],
  ['keyParams', '', []],
  ['chunkSize', '1MiB', mebibyte],
  ['chunkSize', '512', 512],
  ['chunkSize', 'auto', 'auto'],
  ['chunkSize', 64 * mebibyte, 64 * mebibyte],
  ['chunkSize', '256 kib', 256 * kibibyte],
  ['budget', 'auto', 'auto'],
  ['budget', '2GiB', 2048 * mebibyte],
  ['budget', 5e9, 5e9],
  ['store', 'auto', 'auto'],
  ['store', 'idb', 'idb'],
  ['store', 'opfs', 'opfs'],
  ['onChange', 'hold', 'hold'],
  ['onChange', 'switch', 'switch'],
  ['readahead', 'auto', 'auto'],
  ['readahead', 'off', 'off'],
  ['private', 'off', 'off'],
  ['private', 'on', 'on'],
  ['assumeImmutable', 'off', 'off'],
  ['assumeImmutable', 'on', 'on'],
  ['timeout', '30s', 30_000],
  ['timeout', 1000, 1000],
  ['timeout', '10m', 600_000],
  ['parallel', '1', 1],
  ['parallel', 32, 32],
  ['maxIdle', '1h', 3_600_000],
  ['maxIdle', '30d', 30 * dayMs],
])('takes %s: %j', (name, raw, value) => {
  expect(parseOptions({ [name]: raw })).toEqual({ [name]: value })
})

test.each<[keyof ResolvedOptions, string, unknown[]]>([
  ['disks', 'URL patterns', [null, {}, true, [1], [['a']]]],
  ['shell', 'auto or off', ['', 'on', 'AUTO', true, 0]],
  ['coi', 'off or on', ['', 'auto', true, ['on']]],
  ['keyParams', 'names of query parameters', [null, false, [null]]],
  [
    'chunkSize',
    'auto, or a power of two from 512 to 64MiB',
    ['', '0', '256', '1000', '1MB', '3MiB', '128MiB', '-512', 'large', 0.5, NaN, Infinity],
  ],
  ['budget', 'auto, or a size', ['', 'all', '-1', '5 potatoes', -1, NaN]],
  ['store', 'auto or idb or opfs', ['', 'cache', 'memory', 'IDB']],
  ['onChange', 'hold or switch', ['', 'wait', true]],
  ['readahead', 'auto or off', ['', 'on', 4]],
  ['private', 'off or on', ['', 'yes', true]],
  ['assumeImmutable', 'off or on', ['', '1', true]],
  ['timeout', 'a duration from 1s to 10m', ['', '0', '999ms', '601s', '1h', 'long', -5]],
  ['parallel', 'a whole number from 1 to 32', ['', '0', '33', '1.5', '-1', 'six', 1.5, '0x10']],
  ['maxIdle', 'a duration of at least 1h', ['', '59m', 'never', 0, 5n]],
])('refuses what is no %s, and says that it must be %s', (name, expected, values) => {
  for (const value of values) {
    const parse = (): unknown => parseOptions({ [name]: value })
    expect(parse).toThrow(`The option "${attributeOf(name)}" is `)
    expect(parse).toThrow(`must be ${expected}`)
    expect(parse).toThrow(
      expect.objectContaining({
        code: 'invalid-option',
        details: { option: attributeOf(name), value: String(value) },
      }),
    )
  }
})

test.each(['chunksize', 'Disks', 'toString', 'constructor', 'hasOwnProperty', ''])(
  'refuses an option that does not exist: %j',
  (name) => {
    const parse = (): unknown => parseOptions({ [name]: 'auto' })
    expect(parse).toThrow(`There is no option "${name}". The options are: disks, shell,`)
    expect(parse).toThrow(
      expect.objectContaining({ code: 'invalid-option', details: { option: name } }),
    )
  },
)

test('leaves out what is not given', () => {
  expect(parseOptions({})).toEqual({})
  expect(parseOptions({ store: undefined })).toEqual({})
})

test('reads options by the names of attributes', () => {
  const entries = [
    ['key-params', 'version'],
    ['chunk-size', '4KiB'],
    ['on-change', 'switch'],
    ['assume-immutable', 'on'],
    ['max-idle', '2d'],
  ] as const
  expect(parseOptionAttributes(entries)).toEqual({
    keyParams: ['version'],
    chunkSize: 4096,
    onChange: 'switch',
    assumeImmutable: 'on',
    maxIdle: 2 * dayMs,
  })
})

test('names an attribute that does not exist as it is written', () => {
  expect(() => parseOptionAttributes([['chunk-sise', '4KiB']])).toThrow(
    'There is no option "chunk-sise"',
  )
})

test('resolves to the defaults where nothing is given', () => {
  expect(resolveOptions({})).toEqual(defaultOptions)
  expect(resolveOptions({ parallel: 2 })).toEqual({ ...defaultOptions, parallel: 2 })
})

test('knows every option, those of routing first', () => {
  expect([...optionNames].sort()).toEqual(Object.keys(defaultOptions).sort())
  expect(optionNames.slice(0, routingOptionNames.length)).toEqual(routingOptionNames)
})
