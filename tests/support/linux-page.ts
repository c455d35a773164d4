import { existsSync } from 'node:fs'
import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import { DEMO_ASSETS } from '../../src/demo/server/demo-assets.ts'
import type { Handler } from './site.ts'

/** Whether the Linux disk was built. */
export const hasLinuxDisk: boolean = existsSync(
  new URL('../../public/disks/linux.img', import.meta.url),
)

/** Why a test is skipped without it. */
export const noLinuxDisk =
  'public/disks/linux.img is missing: npm run guest:linux tells which tools it needs'

/**
 * A page that boots Linux, and knows nothing of sectorcache but its script tag.
 *
 * @param boot - when: a statement that may call `boot()`.
 * @param attributes - further ones of the tag.
 */
export function linuxPage(boot = 'boot()', attributes = ''): string {
  return `<!doctype html><meta charset="utf-8"><title>Linux</title>
<script src="/sectorcache.js" data-disks="/disks/*" ${attributes}></script>
<script src="/libv86.js"></script>
<pre id="serial"></pre>
<div id="screen"><pre></pre><canvas hidden></canvas></div>
<script>
  const serial = document.getElementById('serial')
  function boot() {
    const emulator = new V86({
      wasm_path: '/v86.wasm',
      memory_size: 128 * 2 ** 20,
      bios: { url: '/bios/seabios.bin' },
      vga_bios: { url: '/bios/vgabios.bin' },
      hda: { url: '/disks/linux.img', async: true, size: 128 * 2 ** 20 },
      screen_container: document.getElementById('screen'),
      disable_speaker: true,
      autostart: true,
    })
    emulator.add_listener('serial0-output-byte', (byte) => {
      serial.textContent += String.fromCharCode(byte)
    })
  }
  ${boot}
</script>`
}

/** Statements for such a page: what v86 reads is in `reads`, such as `bytes=0-511`. */
export const noteReads = `globalThis.reads = []
  const { setRequestHeader } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
    if (/^range$/i.test(name)) reads.push(value)
    return setRequestHeader.call(this, name, value)
  }`

/** Serves the firmware of such a page. */
export const serveFirmware: Handler = (request, response, next) => {
  const asset = DEMO_ASSETS.find(({ fileName }) => request.url === `/${fileName}`)
  if (asset === undefined) next()
  else void asset.read().then((bytes) => response.end(bytes))
}

/**
 * Waits until Linux has read all its files, which are right, and reads no more: after that it starts its shells, which are on the
 * disk too, and the boot ends at their prompts.
 */
export async function linuxBooted(tab: Page): Promise<void> {
  await expect(tab.locator('#serial')).toContainText('READY 1ce32b46 files=603', {
    timeout: 600_000,
  })
  await expect(tab.locator('#serial')).toContainText('# ')
  await expect(tab.locator('#screen')).toContainText(':/#')
}
