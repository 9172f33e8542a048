import { HOME, panelWindows, worker } from './self'

/** Written before this script by the build: the version follows the content, the files are all that the panel is made of. */
declare const VERSION: string
declare const FILES: readonly string[]

const PREFIX = 'panel-'
const CACHE = PREFIX + VERSION
const named = new Set(FILES.map((file) => HOME + file))

/** Every part that a page names is one of this version's. */
const isOurs = (page: string): boolean => [...page.matchAll(/\/panel\/assets\/[\w.-]+/g)].every(([path]) => named.has(path))

/** The page, asked anew. Rejects without a network, and where the server has another version than this worker. */
async function freshPage(): Promise<Response> {
  const response = await fetch(HOME, { cache: 'no-cache' })
  if (!response.ok || !isOurs(await response.clone().text())) throw new Error('this is another version')
  return response
}

/**
 * Keeps the whole panel. What an older version kept and this one has too is not loaded again, and neither is what came
 * before the network broke the last time. Rejects where something is missing: half a version is never used.
 */
export async function keepShell(): Promise<void> {
  const cache = await caches.open(CACHE)
  await Promise.all([...named].map(async (path) => {
    const response = (await caches.match(path)) ?? (await fetch(path))
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    await cache.put(path, response)
  }))
  await cache.put(HOME, await freshPage())
}

/**
 * Drops what only older versions need, as soon as none of their windows is open: a part that they have not loaded yet
 * is on no server any more. Each window holds a lock with the name of its first script for as long as it lives.
 */
export async function dropOldShells(): Promise<void> {
  const held = (await worker.navigator.locks.query()).held ?? []
  const inUse = held.flatMap(({ name }) => (name?.startsWith('panel /') ? [name.slice('panel '.length)] : []))
  // A window without its lock is just starting, and may be of any version.
  if (inUse.length < (await panelWindows()).length) return
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === CACHE) continue
    const cache = await caches.open(name)
    const needed = await Promise.all(inUse.map((path) => cache.match(path)))
    if (!needed.some(Boolean)) await caches.delete(name)
  }
}

/** Whether a page that began with this script is of the version that this worker keeps. */
export const isCurrent = (script: string): boolean => named.has(script)

/** Answers for pages and their parts; everything else, calls of the API above all, goes its way and is never kept. */
export function answer(event: FetchEvent): void {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin || !url.pathname.startsWith(HOME)) return
  if (url.pathname.startsWith(`${HOME}assets/`)) {
    // Names carry a hash: what is kept is what would be fetched, whichever version kept it.
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)))
  } else if (request.mode === 'navigate' && !/\.\w+$/.test(url.pathname)) {
    event.respondWith(openPage(event))
  }
}

/** The page as it is kept, at once: on a bad network too, nobody waits for it. What the server has is looked up behind it. */
async function openPage(event: FetchEvent): Promise<Response> {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(HOME)
  if (!kept) return fetch(event.request)
  const renew = freshPage().then((page) => cache.put(HOME, page)).catch(() => worker.registration.update())
  event.waitUntil(renew.catch(() => {}))
  return kept
}
