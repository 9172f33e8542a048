// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-0aff9d34a7fc'
const FILES = ["assets/IconArrowLeft-pMgzckT3.js","assets/IconArrowMerge-CJGdRfAO.js","assets/IconChevronRight-DG1n9Wru.js","assets/IconColumns3-NU8I9oTU.js","assets/IconDownload-yktXbQOb.js","assets/IconPlus-B4IifQkt.js","assets/IconSparkles-0OHVuVFH.js","assets/IconTrash-dn__pslh.js","assets/agents-B3LmztU4.js","assets/area-DzURwBDp.js","assets/ask-name-ywVZJ2S-.js","assets/attributes-CROSN6u9.js","assets/attributes-DAxXPtFY.js","assets/attributes-Dj-y91MA.js","assets/belongings-CxSSetLW.js","assets/choice-BmS_SJke.js","assets/companies-B4rrdahz.js","assets/companies-BqkIXleI.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-DOawI_lY.js","assets/deal-form-CcG-Fgkc.js","assets/deal-page-CXGjYkQ8.js","assets/deals-CPPp2oJr.js","assets/deals-DHNt-ynY.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-of-ZhwHWmcA.js","assets/deals.module-C_W_PA6P.js","assets/duplicates-ChYxKpil.js","assets/enrichment-B_octGk7.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/erase-RGobwoRz.css","assets/erase-XazDfSkD.js","assets/erasures-Ci-ak9yv.js","assets/fields-Cq3W6yal.css","assets/fields-ta-K0dUn.js","assets/fields.module-Cv0ok5K0.js","assets/filter-mYL5Up4E.js","assets/first-BnZh5e6C.css","assets/first-p2R5omEy.js","assets/form-page-9hHzYNvJ.js","assets/forms-IARwRHv7.js","assets/forms-NQqFYJfD.js","assets/forms-veg8WC8q.js","assets/groups-DQCV42Kf.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-BXtx-EqA.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-Z7aBLJNz.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-CkYEiBIh.js","assets/keys-DfsPEhl-.css","assets/keys.module-DPeHPlvR.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/labels-QAKRA1jf.js","assets/mail-BldSepVt.js","assets/mail-DvimQ9XR.js","assets/mail-_Kd4ED9u.js","assets/mark-5Q5bLVmP.js","assets/mark-C5Fo_c55.js","assets/merge-C6quoE6J.js","assets/merge-caPK32vc.css","assets/merge-with-DmrS1SRw.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/people-B0Os7FpE.js","assets/people-BIfrod-c.js","assets/people-Bfz_BfGw.js","assets/people-CBIAZMX3.css","assets/people.module-CRDdhy5M.js","assets/person-page-DEqftBI_.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-DHXd2SfP.js","assets/pipelines-lUMJ1JDU.js","assets/preview-COSYudY2.js","assets/preview-DRdFrMlc.css","assets/privacy-CD9qCGUK.css","assets/privacy-CeWp9UrC.js","assets/privacy.module-CO14ZwCb.js","assets/profile-BhmYW_Oz.css","assets/profile-BjE5u--x.js","assets/profile.module-oPoBqYRU.js","assets/progress-CUpMhehQ.css","assets/progress-Dq8IqaUn.js","assets/refusals-AjPycoqj.js","assets/refusals-CuOExmLK.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-Daow_MTm.js","assets/segment-page-CAomXDTH.js","assets/segments-BlA-I1IL.js","assets/segments-DbBLhugk.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-BMW1HmPy.js","assets/settings-CSeEvNUv.js","assets/settings-CmraYljg.js","assets/settings-CoXekXSg.css","assets/settings-D8rrY9VY.js","assets/sheet-Ck_kWnf1.js","assets/state-C5Yr7EUv.js","assets/table-BcyojE4h.js","assets/table-Boh87A3h.css","assets/table-data-DNHBiqqd.js","assets/table-data-Dt7-7cCR.css","assets/timeline-DXO96qHN.js","assets/transfer-CEuyf3L6.js","assets/tree-CjcvHm1O.js","assets/undo-DaoooEb6.js","assets/use-debounced-value-DLKG_8Ok.js","assets/useQueries-Bv4BpvUa.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-DHEupWog.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css"]
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
