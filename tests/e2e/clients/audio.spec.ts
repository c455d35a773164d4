import { createMemorySource } from '../../support/clients/memory-source.ts'
import { runFourWays } from '../../support/clients/run-four-ways.ts'
import { makeStairs, secondsPerStep, stepHeight } from '../../support/clients/wav-file.ts'
import { expect, test } from '../../support/e2e-test.ts'

const stepCount = 36

test('<audio> plays what lies where it seeks to, forward and backward', async ({ tab, serve }) => {
  const wav = makeStairs(stepCount)
  expect(wav.byteLength).toBeGreaterThan(32 * 2 ** 20)
  const { result, asked } = await runFourWays(
    { tab, serve },
    {
      files: { 'stairs.wav': createMemorySource(wav, { contentType: 'audio/wav' }) },
      prefetch: true,
      scenario: async () => {
        // A new URL each time, of the same disk: Chromium remembers what it has read of a medium.
        const audio = new Audio(`/disks/stairs.wav?${crypto.randomUUID()}`)
        const once = (type: string): Promise<void> =>
          new Promise((resolve, reject) => {
            audio.addEventListener(type, () => resolve(), { once: true })
            audio.addEventListener('error', () => reject(new Error(audio.error?.message)))
          })
        const context = new AudioContext({ sampleRate: 48_000 })
        const splitter = context.createChannelSplitter(2)
        context.createMediaElementSource(audio).connect(splitter).connect(context.destination)
        const ears = [0, 1].map((channel) => {
          const analyser = context.createAnalyser()
          splitter.connect(analyser, channel)
          return analyser
        })
        /** Both channels' level, once it does not change any more. */
        const hear = (): number[] | undefined => {
          const levels = ears.map((analyser) => {
            const samples = new Float32Array(analyser.fftSize)
            analyser.getFloatTimeDomainData(samples)
            return samples.every((sample) => sample === samples[0]) ? samples[0] : undefined
          })
          const [left = 0, right = 0] = levels
          return left > 0 && right < 0 ? [left, right] : undefined
        }
        const listen = async (seconds: number): Promise<number[]> => {
          const sought = once('seeked')
          audio.currentTime = seconds
          await sought
          await audio.play()
          let heard: number[] | undefined
          while (heard === undefined) {
            await once('timeupdate')
            heard = hear()
          }
          audio.pause()
          return heard
        }
        await once('loadedmetadata')
        const levels: number[][] = []
        for (const seconds of [1, 171, 51, 131, 11]) levels.push(await listen(seconds))
        const { duration } = audio
        audio.src = ''
        await context.close()
        return { duration, levels }
      },
    },
  )
  const { duration, levels } = result
  expect(duration).toBe(stepCount * secondsPerStep)
  const steps = levels.map((channels) => channels.map((level) => Math.round(level / stepHeight)))
  expect(steps).toEqual(
    [1, 171, 51, 131, 11].map((seconds) => {
      const level = Math.floor(seconds / secondsPerStep) + 1
      return [level, -level]
    }),
  )
  expect(asked[0]).toBe('GET bytes=0-')
  // Seeks are requests from the middle; the browser's own cache may end them where it has bytes.
  const sought = asked.filter((request) => /^GET bytes=\d{7,}-/.test(request))
  expect(sought.length).toBeGreaterThan(1)
})
