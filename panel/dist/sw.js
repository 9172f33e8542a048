// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-19134dc5ee18'
const FILES = ["assets/IconArrowLeft-K6ksLNwW.js","assets/IconArrowMerge-QmIbSJci.js","assets/IconChevronRight-GRUOTYvS.js","assets/IconDownload-gfCE4kwO.js","assets/IconPlus-Dvw9eJUA.js","assets/IconSparkles-Dnz4WgmX.js","assets/agents-CfpfkfvB.js","assets/area-CUp7N4HG.js","assets/ask-name-Dt_N0vmT.js","assets/companies-B4rrdahz.js","assets/companies-Dp0nvPeo.js","assets/companies-NgQIifzg.js","assets/company-page-BO9vdTYo.js","assets/duplicates-0uxyw3Cd.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DA9toEZ1.js","assets/enrichment-DS_8AfeP.css","assets/erase-DvqjKs9i.js","assets/erase-RGobwoRz.css","assets/erasures-C1T04Pqn.js","assets/fields-Cq3W6yal.css","assets/fields-Dq8RL9E-.js","assets/fields.module-D1GQsbct.js","assets/first-BnZh5e6C.css","assets/first-CSVUdvEx.js","assets/form-page-CKBoqfmX.js","assets/forms-CITE4HYj.js","assets/forms-D1OqRDDH.js","assets/forms-bDsz8rjA.js","assets/groups-UIbaD_tt.js","assets/groups-kgrbt1oG.js","assets/groups-um-AiN1T.js","assets/import-page-BdHb_YRv.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-CjmnfBIT.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-Bmc6jOn8.js","assets/keys-DfsPEhl-.css","assets/keys.module-CoQht913.js","assets/labels-9KoJ7cW4.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/mark-CIqISE1U.js","assets/mark-kIwEy5Uj.css","assets/merge-6rjFSb2c.js","assets/merge-DxOLzyAf.css","assets/merge-with-BOF4e_UI.js","assets/merging-B1ztIuUZ.js","assets/merging-BOJqcTMK.js","assets/people-CXa_CYC1.js","assets/people-D8-9dz4P.css","assets/people-DNInl12O.js","assets/people-DipNDrjf.js","assets/people.module-B1b7MZRN.js","assets/person-page-ClibJIiX.js","assets/preview-CCQLIngq.css","assets/preview-DWnXZjTk.js","assets/privacy-CD9qCGUK.css","assets/privacy-nhpqMHI0.js","assets/profile--OFw5lE4.js","assets/progress-CUpMhehQ.css","assets/progress-Cmvp8t9p.js","assets/refusals-AjPycoqj.js","assets/refusals-DSgb7sIJ.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-B6Qgf10c.js","assets/segment-page-COsadf2I.js","assets/segments-BlA-I1IL.js","assets/segments-DjWO-tmI.css","assets/segments-DuV_RcOr.js","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-g0dhPhRq.js","assets/settings-BRk8KxCO.js","assets/settings-BqhWBfRE.css","assets/settings-Bwc5egcs.js","assets/settings-CW4ZPQEU.js","assets/sheet-Dzuehqmq.js","assets/table-Boh87A3h.css","assets/table-D2Jb8xnB.js","assets/table-data-CVpGhX7f.js","assets/table-data-Dt7-7cCR.css","assets/timeline-06I6GK1D.js","assets/timeline-BhmYW_Oz.css","assets/transfer-CIKT8sdX.js","assets/tree-CjcvHm1O.js","assets/undo-C8twPwfY.js","assets/use-debounced-value-DJc-enU5.js","assets/useQueries-BkXBI_0R.js","assets/webhooks-BftTr8Hg.js","assets/webhooks-Bnje-tID.js","assets/webhooks-C40C5lnL.js","assets/webhooks-DEuFeckw.css"]
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
