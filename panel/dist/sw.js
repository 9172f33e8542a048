// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-aa6e307b1b61'
const FILES = ["assets/IconArrowLeft-BPAc4xu6.js","assets/IconArrowMerge-DQ6c00js.js","assets/IconChevronRight-CXXQG7xL.js","assets/IconColumns3-BHrfXcC0.js","assets/IconDownload-D7dqRwHn.js","assets/IconPlus-CxCj95eS.js","assets/IconSparkles-BYGOdDrw.js","assets/IconTrash-skK7TIL7.js","assets/agents-tQh_gE5Y.js","assets/area-CbFQbv1b.js","assets/ask-name-CAaPYu4t.js","assets/attributes-CROSN6u9.js","assets/attributes-Dj-y91MA.js","assets/attributes-DllJix4Q.js","assets/belongings-DpODoiYD.js","assets/choice-BMzV4ztX.js","assets/companies-B4rrdahz.js","assets/companies-CDe6Q2zc.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-D8WUV72Z.js","assets/deal-form-Dy2-wv4m.js","assets/deal-page-BCDMok_W.js","assets/deals-DHNt-ynY.js","assets/deals-Dpl6ZMVy.css","assets/deals-EM1G4Btp.js","assets/deals-ULiEBmaa.js","assets/deals-of-CRncUGjQ.js","assets/deals.module-Bhur-gMR.js","assets/duplicates-DNXLsR1C.js","assets/enrichment-BLkxmn11.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/erase-CznCzA_5.js","assets/erase-RGobwoRz.css","assets/erasures-CCUDkl95.js","assets/fields-7EtK25p3.js","assets/fields-Cq3W6yal.css","assets/fields.module-BsQnacYK.js","assets/filter-hATTcM8T.js","assets/first-BnZh5e6C.css","assets/first-XLitdKEO.js","assets/form-page-Df3UdNNl.js","assets/forms-CdfG9Ovu.js","assets/forms-IARwRHv7.js","assets/forms-veg8WC8q.js","assets/groups-UIbaD_tt.js","assets/groups-cbw4m7MB.js","assets/groups-um-AiN1T.js","assets/import-page-BlGybZzh.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-DwRGyukD.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BNtwuLYW.js","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-DfsPEhl-.css","assets/keys.module-C0o31TpW.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/labels-DcYcp-en.js","assets/mark-ByRW-Ph4.js","assets/mark-DaUZpS4M.js","assets/merge-B6FfLm_W.js","assets/merge-DxOLzyAf.css","assets/merge-with-Cuy9TETB.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/people-B0Os7FpE.js","assets/people-Bfz_BfGw.js","assets/people-D8-9dz4P.css","assets/people-Dcsc21Bf.js","assets/people.module-B1b7MZRN.js","assets/person-page-DH4ZbNA5.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-CftJ31O4.js","assets/pipelines-lUMJ1JDU.js","assets/preview-DRXKRmrS.js","assets/preview-DRdFrMlc.css","assets/privacy-CD9qCGUK.css","assets/privacy-CvN1gzYb.js","assets/profile-BhmYW_Oz.css","assets/profile-CQxgJ72N.js","assets/profile.module-oPoBqYRU.js","assets/progress-C135lPSn.js","assets/progress-CUpMhehQ.css","assets/refusals-AjPycoqj.js","assets/refusals-CcQ1ryp2.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-DH3JG2-Z.js","assets/segment-page-C53PU7S-.js","assets/segments-BidX_W3R.js","assets/segments-BlA-I1IL.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-CwQAz_ut.js","assets/settings-Bfw3_yD8.js","assets/settings-CoXekXSg.css","assets/settings-Dn3_1Swa.js","assets/settings-yNQSPSnr.js","assets/sheet-D2O4ENA8.js","assets/state-jsT-XcJo.js","assets/table--VZWpivj.js","assets/table-Boh87A3h.css","assets/table-data-BAZjgTxB.js","assets/table-data-Dt7-7cCR.css","assets/timeline-CkF8B8L-.js","assets/transfer-CUsSkhuo.js","assets/tree-CjcvHm1O.js","assets/undo-LEH2UnRY.js","assets/use-debounced-value-BhnSTkad.js","assets/useQueries-ClKiZjYa.js","assets/webhooks-B8bUIZzi.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css"]
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
