// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-004a27f7cb98'
const FILES = ["assets/IconArrowLeft-nN2NBvha.js","assets/IconArrowMerge-D3cXblNu.js","assets/IconChevronRight-D5oy2rEz.js","assets/IconDownload-xADtKpX4.js","assets/IconPlus-wBoEhucu.js","assets/IconSparkles-CQDn9gdM.js","assets/agents-n2UHoC9b.js","assets/area-DaOo-OTM.js","assets/ask-name-BHix_SMg.js","assets/companies-B4rrdahz.js","assets/companies-C5pLWUE6.js","assets/companies-Dp0nvPeo.js","assets/company-page-DQBRAQnD.js","assets/duplicates-BbbMVh6_.js","assets/enrichment-B1HEP8yO.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/erase-D8K0NjZ2.js","assets/erase-RGobwoRz.css","assets/erasures-DXwuY4D3.js","assets/fields-C2O9yrEP.js","assets/fields-Cq3W6yal.css","assets/fields.module-ChjJeejh.js","assets/first-BnZh5e6C.css","assets/first-Bw0CDTp_.js","assets/form-page-IvyQPZHb.js","assets/forms-B6YIKhy_.js","assets/forms-D1OqRDDH.js","assets/forms-bDsz8rjA.js","assets/groups-AOlgUNBx.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-C33Owfps.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-Cf5NlMQH.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BtEJ-eMW.js","assets/keys-DfsPEhl-.css","assets/keys-DwJQ2G8V.js","assets/keys-riSmOSbp.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/labels-YQc6ZeXQ.js","assets/mark-B-Re8DBB.js","assets/mark-kIwEy5Uj.css","assets/merge-DxOLzyAf.css","assets/merge-DzGrHQa9.js","assets/merge-with-Dt70cwhw.js","assets/merging-B1ztIuUZ.js","assets/merging-BOJqcTMK.js","assets/people-CXa_CYC1.js","assets/people-D8-9dz4P.css","assets/people-DipNDrjf.js","assets/people-TSfjB29K.js","assets/people.module-B1b7MZRN.js","assets/person-page-DNBgQOWy.js","assets/preview-BSWO6Qk6.js","assets/preview-CCQLIngq.css","assets/privacy-CD9qCGUK.css","assets/privacy-DCNzWQLl.js","assets/profile-DmswKus1.js","assets/progress-CUpMhehQ.css","assets/progress-OLrcTmvc.js","assets/refusals-A1Kif7fT.js","assets/refusals-C8lHPevo.js","assets/refusals-DVx095x4.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-DGmN2QY8.js","assets/segment-page-CKU05D2e.js","assets/segments-BlA-I1IL.js","assets/segments-DCorTp2U.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-yuZtWRKM.js","assets/settings-B6r_hVJ2.js","assets/settings-BqhWBfRE.css","assets/settings-CKTc2cR5.js","assets/settings-DymJsDOm.js","assets/sheet-C0j1j4_R.js","assets/table-Boh87A3h.css","assets/table-DXrtGLsI.js","assets/table-data-BGrtfxKD.js","assets/table-data-Dt7-7cCR.css","assets/timeline-BhmYW_Oz.css","assets/timeline-K6FTz133.js","assets/transfer-Bdn_oHTC.js","assets/tree-CjcvHm1O.js","assets/undo-_d6dLkXk.js","assets/use-debounced-value-DfVMI8by.js","assets/useQueries-mVAbqYIZ.js"]
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
