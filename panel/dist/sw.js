// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-6e019005b76b'
const FILES = ["assets/agents-HwaefFp3.js","assets/fields-BWEzKu9o.js","assets/index-BNKjceom.css","assets/index-Bec7UC_N.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/late-DACptyIq.css","assets/late-YmqtDk0M.js","assets/people-CMXaroRk.js","assets/people-D-ALCpQo.js","assets/people-DG6dwV9c.css","assets/people-h6T6LS6Q.js","assets/people.module-BlRKgR2f.js","assets/person-page-B7L0dGbl.js","assets/profile-BqyugT-x.js","assets/profile-WjsaiQ-h.css","assets/segment-page-BqegEmkO.js","assets/segments-CiaC-r7d.js","assets/segments-Cv1pMMOY.js","assets/segments-D4Lzcy2P.js","assets/segments-DUnkyDtC.css","assets/segments.module-BiDio_E0.js","assets/settings-Bq_Zlnxt.js","assets/settings-BwWDttGD.js","assets/settings-dGbe87hH.js","assets/settings-gyN4QbI2.css","assets/table-8xGoyNqt.css","assets/table-CZDwl7mj.js","assets/table-data-BPsYhydA.js","assets/table-data-Dt7-7cCR.css","assets/words-CBIcriK3.js"]
const HOME = '/panel/'

self.addEventListener('install', (event) => {
  const shell = [HOME, ...FILES.map((file) => HOME + file)]
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(shell)).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name.startsWith('panel-') && name !== CACHE).map((name) => caches.delete(name)))
  event.waitUntil(caches.keys().then(drop).then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin || !url.pathname.startsWith(HOME)) return
  if (request.mode === 'navigate') {
    // The network first, so that an update is seen at once; without one the page as it was.
    event.respondWith(fetch(request).catch(() => caches.match(HOME)))
  } else if (url.pathname.startsWith(HOME + 'assets/')) {
    // Names carry a hash: what is cached is what would be fetched.
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)))
  }
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const path = event.notification.data?.path ?? HOME
  event.waitUntil(show(path))
})

async function show(path) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const panel = windows.find((client) => new URL(client.url).pathname.startsWith(HOME))
  if (!panel) return self.clients.openWindow(path)
  panel.postMessage({ go: path })
  return panel.focus()
}
