/// <reference lib="webworker" />
export {}

declare const self: ServiceWorkerGlobalScope
/** Different for every build, so that browsers notice a new one. */
declare const __BUILD__: string

interface Built {
  [source: string]: { file: string; css?: string[]; assets?: string[] }
}

const kept = `zwt-${__BUILD__}`
const assets = '/static/app/'
const shell = '/'

/** What officers need beside what everybody needs is fetched when they use it. */
const notAhead = /features\/desk|locales\/(en|zh-CN)\/desk|src\/sw\.ts/

self.addEventListener('install', (event) => {
  event.waitUntil(keepClient().then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldBuilds().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (url.pathname.startsWith(assets)) event.respondWith(asset(request))
})

/** Keeps the page and the parts of this build, so that the client opens without network. */
async function keepClient(): Promise<void> {
  const cache = await caches.open(kept)
  await cache.add(new Request(shell, { cache: 'reload' }))
  const built = (await (await fetch(`${assets}manifest.json`, { cache: 'no-cache' })).json()) as Built
  const parts = Object.entries(built).filter(([source]) => !notAhead.test(source))
  const files = new Set(parts.flatMap(([, part]) => [part.file, ...(part.css ?? []), ...(part.assets ?? [])]))
  await cache.addAll(['opening.js', 'icons/mark.svg', ...files].map((file) => assets + file))
}

/** A page from the network, so that a new version is seen at once; without network the kept one, whatever the address. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (cause) {
    const answer = await caches.match(shell)
    if (answer) return answer
    throw cause
  }
}

/** A file of the client: what was kept, else from the network and kept from then on. Files named by content never change. */
async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(kept)
  const there = await caches.match(request)
  if (there && request.url.includes('/assets/')) return there
  try {
    const answer = await fetch(request)
    if (answer.ok) await cache.put(request, answer.clone())
    return answer
  } catch (cause) {
    if (there) return there
    throw cause
  }
}

async function dropOldBuilds(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== kept).map((name) => caches.delete(name)))
}
