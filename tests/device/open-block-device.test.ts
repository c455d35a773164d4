import { expect, test } from 'vitest'
import { openBlockDevice } from '../../src/device/open-block-device.ts'

test('refuses what is no URL, and a memory of less than nothing', async () => {
  await expect(openBlockDevice('https://')).rejects.toMatchObject({ code: 'no-such-disk' })
  for (const memoryBytes of [-1, Number.NaN]) {
    await expect(openBlockDevice('https://example.org/a', { memoryBytes })).rejects.toMatchObject({
      code: 'invalid-option',
    })
  }
})
