// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-7c1587d23eb6'
const FILES = ["assets/CloseButton-CvRs5dW4.js","assets/IconSparkles-DTvoyQoI.js","assets/agents-CLS0-Mzj.js","assets/enrichment-C6T-i8Mu.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/fields-BCZ8vOnz.js","assets/index-CAvWXHGx.css","assets/index-Cay95ege.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/late-C-TdSaSq.js","assets/people-CMXaroRk.js","assets/people-CS6NPdFn.js","assets/people-DG6dwV9c.css","assets/people-h6T6LS6Q.js","assets/people.module-DDTHhTgx.js","assets/person-page-BC9qFRsz.js","assets/profile-E3v3DDLF.css","assets/profile-EFxs3ekx.js","assets/rest-BmV_s-iy.js","assets/segment-page-zuxnO53t.js","assets/segments-CiaC-r7d.js","assets/segments-D4Lzcy2P.js","assets/segments-DUnkyDtC.css","assets/segments-qM3a3v6J.js","assets/segments.module-BiDio_E0.js","assets/sentence-CQfk1HY1.js","assets/settings-BbtxWRWt.js","assets/settings-Cg7msniY.js","assets/settings-Cgv3xQGf.js","assets/settings-gyN4QbI2.css","assets/sheet-CQAVJVdH.js","assets/table-8xGoyNqt.css","assets/table-CJ0j8HL-.js","assets/table-data-Dt7-7cCR.css","assets/table-data-XVYX8rWK.js","assets/undo-BjzZKGPf.js","assets/words-DGixIU2G.js"]
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
