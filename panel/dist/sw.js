// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-71a2e18933ce'
const FILES = ["assets/IconArrowLeft-Ib_k_PB9.js","assets/IconArrowMerge-pJsPxl6W.js","assets/IconChevronRight-DYKD_Oka.js","assets/IconDownload-BAfvouAB.js","assets/IconPlus-ClEf790G.js","assets/IconSparkles-C5f0uTh6.js","assets/agents-D-LG2O_G.js","assets/area-BGXTLyr1.js","assets/ask-name-zr8p_EWF.js","assets/companies-B4rrdahz.js","assets/companies-CZ9s9lqX.js","assets/companies-Dp0nvPeo.js","assets/company-page-DpS4kTAt.js","assets/duplicates-Bgh9TvMD.js","assets/enrichment-BH6lW8OL.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/erase-RGobwoRz.css","assets/erase-ukEc9yqd.js","assets/erasures-D-vVh-GO.js","assets/fields-Cq3W6yal.css","assets/fields-F7JO5ED2.js","assets/fields.module-CL8c5aDn.js","assets/first-BnZh5e6C.css","assets/first-BsPU-TDF.js","assets/form-page-Brrv0X6p.js","assets/forms-D1OqRDDH.js","assets/forms-Do_VQDI9.js","assets/forms-bDsz8rjA.js","assets/groups-CRe-NYLj.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-BT1ErC5X.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-CXUHSaBG.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-CYJN0-rm.js","assets/keys-DfsPEhl-.css","assets/keys.module-Dqhmcx2A.js","assets/labels-BqVvL2cO.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/mark-DgWsjq5Y.js","assets/mark-kIwEy5Uj.css","assets/merge-37z7T1XR.js","assets/merge-DxOLzyAf.css","assets/merge-with-DrGzLWSv.js","assets/merging-B1ztIuUZ.js","assets/merging-BOJqcTMK.js","assets/people-BBPCNLiB.js","assets/people-CXa_CYC1.js","assets/people-D8-9dz4P.css","assets/people-DipNDrjf.js","assets/people.module-B1b7MZRN.js","assets/person-page-D7GHBpem.js","assets/preview-BkduI2-C.js","assets/preview-CCQLIngq.css","assets/privacy-CD9qCGUK.css","assets/privacy-Cu4kmBkg.js","assets/profile-DIbUKI7N.js","assets/progress-CUpMhehQ.css","assets/progress-CeuofPg8.js","assets/refusals-AjPycoqj.js","assets/refusals-DgEFEXrm.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-zpb68hsX.js","assets/segment-page-Cdz5xwHK.js","assets/segments-BkUbTqZe.js","assets/segments-BlA-I1IL.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-oLCktZiv.js","assets/settings-BqhWBfRE.css","assets/settings-Bwc5egcs.js","assets/settings-CAi3a6VB.js","assets/settings-CW4ZPQEU.js","assets/sheet-Ctg06Tqe.js","assets/table-Boh87A3h.css","assets/table-DAMOGZnO.js","assets/table-data-Dt7-7cCR.css","assets/table-data-nA3WJqwP.js","assets/timeline-BhmYW_Oz.css","assets/timeline-C8CuvU0D.js","assets/transfer-B6HPDg8F.js","assets/tree-CjcvHm1O.js","assets/undo-BhTkzztl.js","assets/use-debounced-value-BudXfzjt.js","assets/useQueries-CV0JHPiz.js","assets/webhooks-BftTr8Hg.js","assets/webhooks-C40C5lnL.js","assets/webhooks-DEuFeckw.css","assets/webhooks-yQNLehCD.js"]
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
