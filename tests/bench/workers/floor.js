// The floor: a worker that answers every read of a disk from memory, without a promise.
const bodies = new Map()

/** @param length - of the read. @returns always the same bytes, whatever the offset. */
function bodyOf(length) {
  const body = bodies.get(length) ?? new Uint8Array(length).fill(7)
  bodies.set(length, body)
  return body
}

addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))

addEventListener('fetch', (event) => {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(event.request.headers.get('range') ?? '') ?? []
  if (last === undefined || !event.request.url.includes('/disks/')) return
  const body = bodyOf(last - first + 1)
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(body.length),
    'Content-Range': `bytes ${first}-${last}/*`,
  }
  event.respondWith(new Response(body, { status: 206, headers }))
})
