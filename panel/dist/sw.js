// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-0635546b6024'
const FILES = ["assets/IconArrowLeft-DL8swACC.js","assets/IconArrowMerge-BA8goLey.js","assets/IconChevronRight-Bu12LpkR.js","assets/IconColumns3-D-R7lUxl.js","assets/IconDownload-B8J0qVy8.js","assets/IconPlus-DjefwCnz.js","assets/IconSparkles-DI5xiy8n.js","assets/IconTrash-jWI-qjP3.js","assets/agents-C-EfdB-3.js","assets/area-CH8yk58o.js","assets/ask-name-qnEDr0Ij.js","assets/attributes-C7jEzsZI.js","assets/attributes-CROSN6u9.js","assets/attributes-Dj-y91MA.js","assets/belongings-DDxhOTN_.js","assets/choice-CQULiraL.js","assets/companies-B4rrdahz.js","assets/companies-CCgCo6z0.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-GxWY7ywX.js","assets/deal-form-CL_fkrP9.js","assets/deal-page-CLJjSVAk.js","assets/deals-BfCs0kyO.js","assets/deals-DHNt-ynY.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-of-BkrEhDff.js","assets/deals.module-CdQcFVLn.js","assets/duplicates-Du5_9krB.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/enrichment-dEjQs9oC.js","assets/erase-DyiP5oG8.js","assets/erase-RGobwoRz.css","assets/erasures-CR_jGVJl.js","assets/fields-B5-HMA4l.js","assets/fields-Cq3W6yal.css","assets/fields.module-d7Ezn5yv.js","assets/filter-CIk1iX6m.js","assets/first-BnZh5e6C.css","assets/first-hoKGsyZ-.js","assets/form-page-DLppNEg_.js","assets/forms-C-aVcaCS.js","assets/forms-IARwRHv7.js","assets/forms-veg8WC8q.js","assets/groups-BhD3KY1D.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-DhOljDal.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-BRUIVtNQ.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-D_dfgHUX.js","assets/keys-DfsPEhl-.css","assets/keys.module-DxjsX4ZM.js","assets/labels-AM4LUYvE.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/mark-B4jHsgK7.js","assets/mark-CYnOzS8Z.js","assets/merge-BBlebaY3.js","assets/merge-caPK32vc.css","assets/merge-with-CZQYaevq.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/people-B0Os7FpE.js","assets/people-Bfz_BfGw.js","assets/people-CBIAZMX3.css","assets/people-CdC9-1kC.js","assets/people.module-CRDdhy5M.js","assets/person-page-CUu-jPT2.js","assets/pipelines-BDXP7SxG.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-lUMJ1JDU.js","assets/preview-CIUzJ3me.js","assets/preview-DRdFrMlc.css","assets/privacy-CD9qCGUK.css","assets/privacy-CxWRFqhe.js","assets/profile-BhmYW_Oz.css","assets/profile-ClAcrf35.js","assets/profile.module-oPoBqYRU.js","assets/progress-CUpMhehQ.css","assets/progress-r2g2wDqq.js","assets/refusals-AjPycoqj.js","assets/refusals-DMzg5pez.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-DQ8rrD6J.js","assets/segment-page-DUsVCX3U.js","assets/segments-B87wCvvg.js","assets/segments-BlA-I1IL.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-DR8LunKb.js","assets/settings-Bfw3_yD8.js","assets/settings-CE3r5oVp.js","assets/settings-CoXekXSg.css","assets/settings-Dn3_1Swa.js","assets/sheet-zTl8Gfvz.js","assets/state-Dt9uNQ7Z.js","assets/table-BDCJyNw3.js","assets/table-Boh87A3h.css","assets/table-data-CmYycbYr.js","assets/table-data-Dt7-7cCR.css","assets/timeline-BmDW2Cib.js","assets/transfer-DIypvIoy.js","assets/tree-CjcvHm1O.js","assets/undo-B-Mwido4.js","assets/use-debounced-value-BOPUUcft.js","assets/useQueries-BjOcNY0K.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-D7KkA4dS.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css"]
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
