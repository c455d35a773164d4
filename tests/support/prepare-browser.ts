import { ensureChromium } from './ensure-chromium.ts'
import { ensureFirefox } from './ensure-firefox.ts'

try {
  const { path, version } = await ensureChromium()
  console.log(`Chromium: ${path} (${version})`)
  const firefox = await ensureFirefox()
  console.log(
    firefox === undefined
      ? 'Firefox: none was found, so its tests are skipped. Install the package "firefox-esr", or set FIREFOX.'
      : `Firefox: ${firefox.path} (${firefox.version})`,
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
