import { expect, test } from 'vitest'

import { unlessAborted } from '../../src/page/aborted.ts'

const forever = new Promise<never>(() => undefined)
const what = 'The prefetch'

test('settles as the work does', async () => {
  const { signal } = new AbortController()
  const failure = new Error('failed')
  expect(await unlessAborted(Promise.resolve(1), { signal, what })).toBe(1)
  expect(await unlessAborted(Promise.resolve(1), { signal: undefined, what })).toBe(1)
  await expect(unlessAborted(Promise.reject(failure), { signal, what })).rejects.toBe(failure)
})

test('rejects with aborted as soon as it is aborted', async () => {
  const controller = new AbortController()
  const work = unlessAborted(forever, { signal: controller.signal, what })
  const reason = new Error('the user left')
  controller.abort(reason)
  await expect(work).rejects.toMatchObject({
    code: 'aborted',
    message: expect.stringMatching(/^The prefetch was aborted/) as unknown,
    cause: reason,
  })
})

test('rejects with aborted when it was aborted before', async () => {
  const work = unlessAborted(Promise.resolve(1), { signal: AbortSignal.abort(), what })
  await expect(work).rejects.toMatchObject({ code: 'aborted' })
})

test('a failure of the work after it was aborted disturbs nobody', async () => {
  const controller = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  const work = unlessAborted(promise, { signal: controller.signal, what })
  controller.abort()
  await expect(work).rejects.toMatchObject({ code: 'aborted' })
  reject(new Error('too late'))
  await new Promise((resolve) => setImmediate(resolve))
})
