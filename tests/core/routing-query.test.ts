import fc from 'fast-check'
import { expect, test } from 'vitest'

import { defaultOptions } from '../../src/core/options.ts'
import { parseOptionAttributes, resolveOptions } from '../../src/core/parse-options.ts'
import { routingQuery } from '../../src/core/routing-query.ts'

const words = fc.array(fc.string({ minLength: 1 }).filter((word) => !/\s/.test(word)))
const space = fc.constantFrom(' ', '  ', '\n\t')

test('the worker reads from its query what pages wrote into it', () => {
  const options = fc.record(
    {
      disks: words,
      shell: fc.constantFrom('auto', 'off'),
      coi: fc.constantFrom('off', 'on'),
      keyParams: words,
    },
    { requiredKeys: ['disks'] },
  )
  fc.assert(
    fc.property(options, space, ({ disks, shell, coi, keyParams }, between) => {
      const query = routingQuery({
        disks: disks.join(between),
        shell,
        coi,
        keyParams: keyParams?.join(between),
      })
      const read = resolveOptions(parseOptionAttributes(new URLSearchParams(query)))
      expect(read).toEqual({
        ...defaultOptions,
        disks,
        ...(shell && { shell }),
        ...(coi && { coi }),
        ...(keyParams && { keyParams }),
      })
    }),
  )
})

test('pages that mean the same write the same', () => {
  const query = routingQuery({ disks: '/a/*\n  /b/*', keyParams: ' v', coi: 'on', shell: 'auto' })
  expect(query).toBe(routingQuery({ coi: 'on', keyParams: 'v', disks: ' /a/* /b/* ' }))
  expect(query).toBe('disks=%2Fa%2F*+%2Fb%2F*&coi=on&key-params=v')
})

test('does not write what is so anyway', () => {
  expect(routingQuery({ disks: '', shell: 'auto', coi: 'off', keyParams: ' ' })).toBe('')
})

test('leaves what is unusable for the worker to judge', () => {
  expect(routingQuery({ disks: '/a', coi: 'maybe' })).toBe('disks=%2Fa&coi=maybe')
})
