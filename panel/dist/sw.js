// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-6e2e73e0855c'
const FILES = ["assets/IconArrowLeft-Eq5pCy7P.js","assets/IconArrowMerge-uBjqHfq3.js","assets/IconChevronRight-e07foyO-.js","assets/IconColumns3-Cq6esPDM.js","assets/IconDownload-BjnS6U84.js","assets/IconPlus-LdIBCuQ2.js","assets/IconSparkles-CS4NSnb1.js","assets/IconTrash-Cv6MESVV.js","assets/agents-BfU8poht.js","assets/area-cLh4iiA_.js","assets/ask-name-w9m1yuLa.js","assets/attributes-CEm0dZZ7.js","assets/attributes-CROSN6u9.js","assets/attributes-Dj-y91MA.js","assets/belongings-B0MqNDdL.js","assets/choice-CszdEQNP.js","assets/companies-B4rrdahz.js","assets/companies-BU2QCdpu.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-DOAcOKOJ.js","assets/deal-form-o6vTeeC0.js","assets/deal-page-CQVJi_zI.js","assets/deals-CiAPSnSz.js","assets/deals-DHNt-ynY.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-of-CjT9vmG9.js","assets/deals.module-BbTFqCmd.js","assets/duplicates-MF8HQIQB.js","assets/enrichment-ByRHwybr.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/erase-RGobwoRz.css","assets/erase-RY9b7x_1.js","assets/erasures-3YKWMVzA.js","assets/fields-Cq3W6yal.css","assets/fields-sCI2cZEF.js","assets/fields.module-lK5yC5vs.js","assets/filter-ClP2Xd_K.js","assets/first-BfTJt7L8.js","assets/first-BnZh5e6C.css","assets/form-page-PG3BVbBe.js","assets/forms-Dtzl7by_.js","assets/forms-IARwRHv7.js","assets/forms-veg8WC8q.js","assets/groups-B8pL3GmZ.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-DmNPrqz2.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-B7ETLDfr.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-DfsPEhl-.css","assets/keys-Qc51WUlK.js","assets/keys.module-WBuScZLW.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/labels-Fw3Au35k.js","assets/mark-Bh0YG2TV.js","assets/mark-CGyVmC2F.js","assets/merge-DeXBfIBy.js","assets/merge-caPK32vc.css","assets/merge-with-CgNdYyVW.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/people-B0Os7FpE.js","assets/people-Bfz_BfGw.js","assets/people-CBIAZMX3.css","assets/people-CG_h2Arv.js","assets/people.module-CRDdhy5M.js","assets/person-page-Bfn2SjX_.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-Cqt9iCE6.js","assets/pipelines-lUMJ1JDU.js","assets/preview-C-BTg4NH.js","assets/preview-DRdFrMlc.css","assets/privacy-C5Nv3hr_.js","assets/privacy-CD9qCGUK.css","assets/profile-BhmYW_Oz.css","assets/profile-oOdac8IP.js","assets/profile.module-oPoBqYRU.js","assets/progress--D-V7zAY.js","assets/progress-CUpMhehQ.css","assets/refusals-AjPycoqj.js","assets/refusals-DtMOAH5U.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-DUUFHrVj.js","assets/segment-page-C8h6qbZM.js","assets/segments-BlA-I1IL.js","assets/segments-Cm7ZpODP.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-mRJDEvDs.js","assets/settings-B2a3FzK0.js","assets/settings-BI1T88_9.js","assets/settings-CoXekXSg.css","assets/settings-x4uh22_q.js","assets/sheet-CxGZKXcF.js","assets/state-Fxl63tHb.js","assets/table-Boh87A3h.css","assets/table-C-zVlSxd.js","assets/table-data-BEQnUCiJ.js","assets/table-data-Dt7-7cCR.css","assets/timeline-BRyqDCak.js","assets/transfer-CR6js-Bb.js","assets/tree-CjcvHm1O.js","assets/undo-BiQf3q22.js","assets/use-debounced-value-BqbN_7cX.js","assets/useQueries-DEuJp0D_.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-G6ZKPyy-.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css"]
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
