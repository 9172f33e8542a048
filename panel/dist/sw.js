// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-be19020ba0a7'
const FILES = ["assets/IconArrowLeft-DT5zkLtD.js","assets/IconArrowMerge-VcueyhZE.js","assets/IconChevronRight-DK4-L4Hh.js","assets/IconDownload-BEDtJr-f.js","assets/IconPlus-i0xymPRx.js","assets/IconSparkles-C26gkp1e.js","assets/agents-D03WnI_E.js","assets/area-CNwOZJlh.js","assets/ask-name-Ct1oWZrO.js","assets/companies-B4rrdahz.js","assets/companies-BG-UWaWE.js","assets/companies-Dp0nvPeo.js","assets/company-page-DLki7JKm.js","assets/duplicates-Baf1VERC.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/enrichment-QdNgMiT4.js","assets/erase-CaFvSZOG.js","assets/erase-RGobwoRz.css","assets/erasures-BUfBS-Ji.js","assets/fields-BvJEKy83.js","assets/fields-Cq3W6yal.css","assets/fields.module-LdX_fBxf.js","assets/first-BnZh5e6C.css","assets/first-DTJxj6tM.js","assets/form-page-q0QPVGmm.js","assets/forms-D1OqRDDH.js","assets/forms-Dt4v6LMC.js","assets/forms-bDsz8rjA.js","assets/groups-CzHwrtO-.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-BKBEvxQo.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-LL-RE39k.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-DCPjruso.js","assets/keys-DfsPEhl-.css","assets/keys.module-BjY_DjUR.js","assets/labels-Br_yMxz1.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/mark-BZur8dep.js","assets/mark-kIwEy5Uj.css","assets/merge-DxOLzyAf.css","assets/merge-E6f14POc.js","assets/merge-with-CStNqYYl.js","assets/merging-B1ztIuUZ.js","assets/merging-BOJqcTMK.js","assets/people-CXa_CYC1.js","assets/people-D8-9dz4P.css","assets/people-DTRJIVGX.js","assets/people-DipNDrjf.js","assets/people.module-B1b7MZRN.js","assets/person-page-BkK9EWfk.js","assets/preview-CCQLIngq.css","assets/preview-EyAvSCr2.js","assets/privacy-BgQaAvlV.js","assets/privacy-CD9qCGUK.css","assets/profile-DFAktBuL.js","assets/progress-CUpMhehQ.css","assets/progress-rULCD6Ay.js","assets/refusals-AjPycoqj.js","assets/refusals-CNZdIPBa.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-D3ID5wUG.js","assets/segment-page-ORQPxRZ_.js","assets/segments-BlA-I1IL.js","assets/segments-Cap-1oJq.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-C231Es4A.js","assets/settings-BqhWBfRE.css","assets/settings-Bwc5egcs.js","assets/settings-CW4ZPQEU.js","assets/settings-D47fHMDf.js","assets/sheet-DoMEj40k.js","assets/table-Boh87A3h.css","assets/table-CF1mTnF5.js","assets/table-data-DjIWkBEd.js","assets/table-data-Dt7-7cCR.css","assets/timeline-BhmYW_Oz.css","assets/timeline-Kn9k7FMC.js","assets/transfer-Bqa18p5W.js","assets/tree-CjcvHm1O.js","assets/undo-CT2_Tgwh.js","assets/use-debounced-value-BHVD50lk.js","assets/useQueries-BiSe9vJ9.js","assets/webhooks-BftTr8Hg.js","assets/webhooks-C40C5lnL.js","assets/webhooks-CbOCD-A5.js","assets/webhooks-DEuFeckw.css"]
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
