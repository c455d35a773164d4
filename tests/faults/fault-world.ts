import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { errors } from '@playwright/test'
import type { Page } from '@playwright/test'

import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import type { DiskStatus, StorageReport } from '../../src/protocol/reports.ts'
import { createFirefoxProfile } from '../support/firefox-profile.ts'
import type { WorkerLimits } from '../support/firefox-profile.ts'
import { createProfile, stopWorkers } from '../support/profile.ts'
import { fileOf, manifestOf } from '../support/manifest.ts'
import { openSite } from '../support/site.ts'
import type { Handler, Site } from '../support/site.ts'
import type { WorkloadNews } from './browser/workload.ts'
import { buildFaultPage } from './build-fault-page.ts'
import { faultDisk, faultSource } from './fault-disk.ts'

/** What a kill ends. */
export type Victim = 'worker' | 'page' | 'storage' | 'browser'

/** A site, a profile on disk, and a page that uses the cache. */
export interface FaultWorld {
  readonly site: Site
  readonly store: 'idb' | 'opfs'
  readonly page: Page
  /** The version that the origin has. */
  readonly version: number
  /** The version that the present page has been shown; `undefined` while it has read nothing. */
  sessionEtag: string | undefined
  /** Who hears what the page tells. */
  onNews: (news: WorkloadNews) => Promise<void> | void
  /** The origin gets the next version, and its manifest. */
  change(): Promise<void>
  /** Ends something as a crash does. A browser stands still before, while `whileStopped` is done. */
  kill(victim: Victim, whileStopped?: () => Promise<void>): Promise<void>
  /** After the browser was killed: goes on with the profile in another folder. */
  moveTo(folder: string): Promise<void>
  /** Opens another page of the same site; in the scope `two`, that has a service worker of its own. */
  openTab(scope?: 'faults' | 'two'): Promise<Page>
  /** Deploys the service worker anew, with one byte more, and resolves when the browser has found it: it takes over when it can. */
  beginUpdate(): Promise<void>
  /** Resolves when a service worker that {@link FaultWorld.beginUpdate} brought has taken over. */
  hasUpdated(): Promise<void>
  /**
   * The same, when nothing is read any more: Chromium may keep the old worker for minutes even then, and it is stopped.
   *
   * @throws {Error} when that happens often: then it is something of the worker's own that does not end.
   */
  endUpdate(): Promise<void>
  /** Brings up what was killed, or else loads the page anew. */
  restart(): Promise<void>
  /** What the cache says of the disk. */
  status(): Promise<DiskStatus>
  /** What it says of the storage. */
  storage(): Promise<StorageReport>
  close(): Promise<void>
}

/** What {@link openFaultWorld} may do otherwise. */
export interface FaultWorldOptions {
  readonly store: 'idb' | 'opfs'
  /** Further attributes of the script tag. */
  readonly attributes?: string
  /** An existing folder for the profile. */
  readonly folder?: string
  readonly rateBitsPerSecond?: number
  /** Serve further files of the site. */
  readonly handlers?: readonly Handler[]
  /** Firefox instead of Chromium, and when it ends a worker. */
  readonly firefox?: WorkerLimits
}

/** A page that takes longer to load hangs: Chromium may forget one that is loaded while a worker is stopped. */
const loadMs = 10_000

/** An old worker that stays for longer, though nothing is read, may be one that the browser forgot: so many may be. */
const [keptMs, maxKept] = [15_000, 3]

/** Opens a world on an empty profile. */
export async function openFaultWorld({
  store,
  attributes = '',
  folder: profileFolder,
  rateBitsPerSecond = 400e6,
  handlers = [],
  firefox,
}: FaultWorldOptions): Promise<FaultWorld> {
  const name = `${process.pid}-${Math.random().toString(36).slice(2)}`
  const code = await buildFaultPage(name)
  const place = profileFolder === undefined ? {} : { folder: profileFolder }
  let profile = await (firefox ? createFirefoxProfile(firefox) : createProfile(place))
  const disks = new Map<string, DiskSource>()
  const workerScript = await readFile(new URL('../../dist/sectorcache-sw.js', import.meta.url))
  const site = await openSite({
    content: 'pages',
    extraDisks: disks,
    rateBitsPerSecond,
    pages: {
      '/faults/page.html': pageOf(store, attributes),
      '/faults/alone.html': `${pageOf(store, attributes)}<script src="/faults/alone.js"></script>`,
      '/two/page.html': pageOf(store, `${attributes} data-sw="sectorcache-sw.js"`),
    },
    mounts: { '/faults/': code.folder },
    handlers: [
      ...handlers,
      ({ url = '' }, response, next) => {
        if (!/^[^?]*\/sectorcache-sw\.js/.test(url)) next()
        else {
          response.setHeader('Content-Type', 'text/javascript')
          response.end(`${workerScript}\n// release ${release}`)
        }
      },
    ],
  })
  let version = 0
  let changing: Promise<void> = Promise.resolve()
  let [release, kept] = [1, 0]
  let page: Page | undefined

  /** One after the other: two at once would both make the same version, and count it twice. */
  function change(): Promise<void> {
    changing = changing.then(changeOnce)
    return changing
  }

  async function changeOnce(): Promise<void> {
    const source = faultSource(version + 1)
    const manifest = fileOf(await manifestOf(source, faultDisk.chunkSize))
    version++
    disks.set(faultDisk.name, source)
    disks.set(`${faultDisk.name}.manifest.json`, manifest)
  }

  async function openPage(): Promise<Page> {
    const context = await profile.open()
    const opened = await context.newPage()
    await opened.exposeFunction('tellTest', (news: WorkloadNews) => world.onNews(news))
    return opened
  }

  async function load(opened: Page, scope = 'faults'): Promise<boolean> {
    try {
      await opened.goto(`${site.url}${scope}/page.html`, { timeout: loadMs })
      return await opened.evaluate(async () => {
        await globalThis.sectorcache.ready
        const { headers } = await fetch('/disks/probe', { headers: { Range: 'bytes=0-0' } })
        return headers.has('cache-status')
      })
    } catch (error) {
      if (error instanceof errors.TimeoutError || opened.isClosed()) return false
      throw error
    }
  }

  const world: FaultWorld = {
    site,
    store,
    get page() {
      if (page === undefined) throw new Error('the world was not started')
      return page
    },
    get version() {
      return version
    },
    sessionEtag: undefined,
    onNews: () => undefined,
    change,
    async kill(victim, whileStopped) {
      if (victim === 'browser') {
        await profile.kill(whileStopped)
        page = undefined
      } else if (victim === 'page') {
        await world.page.close()
        page = undefined
      } else if (victim === 'storage') await profile.killStorage()
      else await stopWorkers(world.page)
    },
    async moveTo(folder) {
      profile = await createProfile({ folder })
    },
    async openTab(scope) {
      for (;;) {
        const tab = await openPage()
        if (await load(tab, scope)) return tab
        await tab.close()
      }
    },
    async beginUpdate() {
      release++
      await world.page.evaluate(() => globalThis.faultPage.beginUpdate())
    },
    async hasUpdated() {
      await world.page.evaluate(() => globalThis.faultPage.hasUpdated())
    },
    async endUpdate() {
      const updated = world.hasUpdated()
      const isKept = await Promise.race([updated, sleep(keptMs, true, { ref: false })])
      if (isKept === true && firefox === undefined) {
        if (++kept > maxKept) throw new Error(`${kept} old workers have stayed after an update`)
        await world.kill('worker')
      }
      await updated
    },
    async restart() {
      world.sessionEtag = undefined
      for (;;) {
        if (page?.isClosed() === true) page = undefined
        page ??= await openPage()
        if (await load(page)) return
        await page.close()
      }
    },
    status: () =>
      world.page.evaluate(
        async (url) => (await globalThis.sectorcache.ready).disk(url).status(),
        faultDisk.url,
      ),
    storage: () => world.page.evaluate(async () => (await globalThis.sectorcache.ready).storage()),
    async close() {
      await profile.remove()
      await site.close()
      await code.remove()
    },
  }
  await change()
  await world.restart()
  return world
}

function pageOf(store: string, attributes: string): string {
  const options = `data-chunk-size="${faultDisk.chunkSize}" data-store="${store}" ${attributes}`
  return `<!doctype html><title>faults</title>
    <script src="/sectorcache.js" data-disks="/disks/*" ${options}></script>
    <script src="/faults/workload.js"></script>`
}

/** Waits for `work`; what takes longer hangs. @throws with `what` */
export async function withinTime<Result>(what: string, work: Promise<Result>): Promise<Result> {
  const stop = new AbortController()
  const late = sleep(60_000, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`${what} hangs`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    stop.abort()
  }
}
