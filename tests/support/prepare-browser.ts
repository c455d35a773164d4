import { ensureChromium } from './ensure-chromium.ts'

try {
  const { path, version } = await ensureChromium()
  console.log(`Chromium: ${path} (${version})`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
