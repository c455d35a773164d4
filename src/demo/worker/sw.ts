import { clientsClaim } from 'workbox-core'
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
} from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { installDiskCache } from '../../worker/index.ts'

declare const self: ServiceWorkerGlobalScope

/** The files of the build; put in after the client was built, and not there while developing. */
// oxlint-disable-next-line no-underscore-dangle -- the mark of what a build puts in
declare const __PRECACHE__: { url: string; revision: string | null }[] | undefined

const disksUrl = new URL('disks/', self.registration.scope).href

// First, so that its route comes before those of the app. `:name+` leaves out the listing itself.
installDiskCache({ disks: [`${disksUrl}:name+`] })

// Another file of the app cannot be missing offline: the emulator's 2 MB are among these.
const files = typeof __PRECACHE__ === 'undefined' ? [] : __PRECACHE__
precacheAndRoute(files)
cleanupOutdatedCaches()

if (files.some(({ url }) => url === 'index.html')) {
  registerRoute(
    new NavigationRoute(createHandlerBoundToURL('index.html'), {
      // Compared with the path only.
      denylist: [/\/(?:disks|bios)\//],
    }),
  )
}

void self.skipWaiting()
clientsClaim()
