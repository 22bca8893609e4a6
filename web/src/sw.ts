/// <reference lib="webworker" />
export {}

declare const self: ServiceWorkerGlobalScope

/** The page's shell, kept so that the client opens without network. What the build named by content never changes. */
const shell = 'shell-v1'
const files = 'files-v1'
const assets = '/static/app/'
const offlinePage = '/'

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(shell).then((cache) => cache.add(new Request(offlinePage, { cache: 'reload' }))).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOld().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (url.pathname.startsWith(assets)) event.respondWith(asset(request))
})

/** A page from the network, so that a new version is seen at once; without network the kept shell, whatever the address. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(shell)
  try {
    const answer = await fetch(request)
    if (answer.ok && answer.headers.get('content-type')?.startsWith('text/html')) await cache.put(offlinePage, answer.clone())
    return answer
  } catch (cause) {
    const kept = await cache.match(offlinePage)
    if (kept) return kept
    throw cause
  }
}

/** A file of the client: what was kept, else from the network and kept from then on. */
async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(files)
  const kept = await cache.match(request)
  const lasting = request.url.includes('/assets/')
  if (kept && lasting) return kept
  try {
    const answer = await fetch(request)
    if (answer.ok) await cache.put(request, answer.clone())
    return answer
  } catch (cause) {
    if (kept) return kept
    throw cause
  }
}

async function dropOld(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== shell && name !== files).map((name) => caches.delete(name)))
}
