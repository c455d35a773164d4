// What Workbox's documentation says for audio and video: the file is cached whole, ranges are cut out of it.
import { clientsClaim } from 'workbox-core'
import { RangeRequestsPlugin } from 'workbox-range-requests'
import { registerRoute } from 'workbox-routing'
import { CacheFirst } from 'workbox-strategies'

registerRoute(
  ({ url }) => url.pathname.startsWith('/disks/'),
  new CacheFirst({ cacheName: 'disks', plugins: [new RangeRequestsPlugin()] }),
)

void self.skipWaiting()
clientsClaim()
