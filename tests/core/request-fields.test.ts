import { expect, test } from 'vitest'
import { forwardedFields } from '../../src/core/forwarded-fields.ts'
import { updateFields } from '../../src/core/stored-fields.ts'

test('the origin sees what the author of the page added', () => {
  const fields = { authorization: 'Bearer x', 'x-tenant': 'a', accept: 'a/b' }
  expect(forwardedFields(Object.entries(fields), 'en')).toEqual(fields)
})

test('ranges, conditions, cache directives and what the browser sets stay here', () => {
  const fields = {
    accept: '*/*',
    'cache-control': 'no-cache',
    'if-match': '"a"',
    'if-range': '"a"',
    pragma: 'no-cache',
    range: 'bytes=0-1',
    'sec-ch-ua': 'x',
    'user-agent': 'x',
    'x-accept-encoding': 'identity',
  }
  expect(forwardedFields(Object.entries(fields), 'en')).toEqual({})
})

test("the user's own language is nobody's choice, another one is", () => {
  const fieldsOf = (value: string): unknown =>
    forwardedFields([['accept-language', value]], 'en-US')
  expect(fieldsOf('en-US')).toEqual({})
  expect(fieldsOf('en-US,en;q=0.5')).toEqual({})
  expect(fieldsOf('de')).toEqual({ 'accept-language': 'de' })
  expect(fieldsOf('de, en-US;q=0.5')).toEqual({ 'accept-language': 'de, en-US;q=0.5' })
})

test('newer fields replace stored ones, and an old age does not survive', () => {
  const stored = { age: '100', date: 'then', etag: '"a"' }
  expect(updateFields(stored, { date: 'now' })).toEqual({ date: 'now', etag: '"a"' })
  expect(updateFields(stored, { age: '5' })).toEqual({ age: '5', date: 'then', etag: '"a"' })
})
