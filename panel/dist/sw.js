// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-35ba4033336f'
const FILES = ["assets/IconArrowLeft-CfJ-veMk.js","assets/IconArrowMerge-UDyG6ItY.js","assets/IconChevronRight-CJVqqYQX.js","assets/IconColumns3-CwuBW-y-.js","assets/IconDownload-BSX_p8Qq.js","assets/IconPlus-DurGrDmV.js","assets/IconSparkles-CQrseNKm.js","assets/IconTrash-BXj8rNMt.js","assets/agents-67EFW65p.js","assets/area-BRMcq5DI.js","assets/ask-name-CVjvw6yw.js","assets/attributes-CROSN6u9.js","assets/attributes-DFPsU8rn.js","assets/attributes-Dj-y91MA.js","assets/belongings-PeP4YRVi.js","assets/choice-D1sLtsjH.js","assets/companies-B4rrdahz.js","assets/companies-BwUEUxTr.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-CrVsNs9b.js","assets/deal-form-D96-wjuk.js","assets/deal-page-DxjeTmcJ.js","assets/deals-DHNt-ynY.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-VLKteR51.js","assets/deals-of-DBhyv3d_.js","assets/deals.module-tLDB5Urv.js","assets/duplicates-Bty09gj3.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DPywA9ur.js","assets/enrichment-DS_8AfeP.css","assets/erase-BOzP3jmT.js","assets/erase-RGobwoRz.css","assets/erasures-BlQnMg0V.js","assets/fields-CQXcVVTb.js","assets/fields-Cq3W6yal.css","assets/fields.module-5v9JLkem.js","assets/filter-CRRBUNxY.js","assets/first-B6SqrRjP.js","assets/first-BnZh5e6C.css","assets/form-page-BIv54lNc.js","assets/forms-5OoXGxzI.js","assets/forms-IARwRHv7.js","assets/forms-veg8WC8q.js","assets/groups-DTYvC8Ut.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-7m7AWkj6.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-BAcYGou-.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-D9Dgllep.js","assets/keys-DfsPEhl-.css","assets/keys.module-CPfANBQM.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/labels-DhYmgUIN.js","assets/mark-CsmWRTmL.js","assets/mark-DrktsmDm.js","assets/merge-BlcMdBA6.js","assets/merge-ClT6TUWg.css","assets/merge-with-B4FChk1o.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/people-B0Os7FpE.js","assets/people-Bfz_BfGw.js","assets/people-CBIAZMX3.css","assets/people-Dll4NgNA.js","assets/people.module-CRDdhy5M.js","assets/person-page-CYShgU0k.js","assets/pipelines-B6JrYFQ7.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-lUMJ1JDU.js","assets/preview-DRdFrMlc.css","assets/preview-DctlZBxu.js","assets/privacy-BX8mHfIk.js","assets/privacy-CD9qCGUK.css","assets/profile-BhmYW_Oz.css","assets/profile-D6m9lNmi.js","assets/profile.module-oPoBqYRU.js","assets/progress-BDv4vojg.js","assets/progress-CUpMhehQ.css","assets/refusals-AjPycoqj.js","assets/refusals-Dpjnveyx.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-JmgXLopH.js","assets/segment-page-DF73zDwG.js","assets/segments-BlA-I1IL.js","assets/segments-C2SXwsKp.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-D8V6yIr1.js","assets/settings-Bfw3_yD8.js","assets/settings-CoXekXSg.css","assets/settings-Dn3_1Swa.js","assets/settings-RZ2Qv4uu.js","assets/sheet-BgzJWrcZ.js","assets/state-B374mhVZ.js","assets/table-B_oNk9qf.js","assets/table-Boh87A3h.css","assets/table-data-DXYUgvCH.js","assets/table-data-Dt7-7cCR.css","assets/timeline-C0QVIz0C.js","assets/transfer-Cd6P-c4F.js","assets/tree-CjcvHm1O.js","assets/undo-CmStx7V0.js","assets/use-debounced-value-B4jvK0OG.js","assets/useQueries-DnYrAHu_.js","assets/webhooks-B9lDxNST.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css"]
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
