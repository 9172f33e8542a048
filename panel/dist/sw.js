// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-b1024828b0ff'
const FILES = ["assets/IconArrowLeft-DnbHRUCY.js","assets/IconArrowMerge-DFewMtht.js","assets/IconChevronRight-DFqwp0Jj.js","assets/IconColumns3-B_4ngOSL.js","assets/IconDownload-DsvkCYnZ.js","assets/IconPlus-DPY2BCgE.js","assets/IconSparkles-CxccBhnO.js","assets/IconTrash-_PyDX8tZ.js","assets/agents-BR2-oitL.js","assets/area-CurCtOPr.js","assets/ask-name-DBy5XHrS.js","assets/attributes-Bdjh8jrx.js","assets/attributes-CROSN6u9.js","assets/attributes-Dj-y91MA.js","assets/belongings-DH8kXsWq.js","assets/choice-B26HK3eI.js","assets/companies-B4rrdahz.js","assets/companies-Cnb6ovUV.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-DOXvKClw.js","assets/deal-form-Xel2CDzB.js","assets/deal-page-C22YPs_5.js","assets/deals-DHNt-ynY.js","assets/deals-DP4xWZPg.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-of-DeJJGjc9.js","assets/deals.module-65y0IPK9.js","assets/duplicates-DL_hQ8gG.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/enrichment-L3AYgpmc.js","assets/erase-BY4hL24p.js","assets/erase-RGobwoRz.css","assets/erasures-C1oGW2_e.js","assets/fields-B_DQZpPP.js","assets/fields-Cq3W6yal.css","assets/fields.module-DSfHPSve.js","assets/filter-Cvk3JYjy.js","assets/first-BnZh5e6C.css","assets/first-BwfmcNhH.js","assets/form-page-SM0yDKez.js","assets/forms-Dd4ZA1Q8.js","assets/forms-IARwRHv7.js","assets/forms-veg8WC8q.js","assets/groups-CR7qtBN_.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-hY9Hm8OZ.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-Ch-jfIWC.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BGUwdgNg.js","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-DfsPEhl-.css","assets/keys.module-C-wJ99od.js","assets/labels-CTnkGJO7.js","assets/labels-Cc982wh5.js","assets/labels-DTOThl3o.js","assets/mail-BldSepVt.js","assets/mail-CHIEPvhm.js","assets/mail-_Kd4ED9u.js","assets/mark-CxEptqVd.js","assets/mark-DTCWpP5T.js","assets/merge-C3Y3CCsF.js","assets/merge-caPK32vc.css","assets/merge-with-G5Vk6Fmj.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/people-B0Os7FpE.js","assets/people-BFzRHfDN.js","assets/people-Bfz_BfGw.js","assets/people-CBIAZMX3.css","assets/people.module-CRDdhy5M.js","assets/person-page-D5vkvpgo.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-DxLo31Kx.js","assets/pipelines-lUMJ1JDU.js","assets/preview-DRdFrMlc.css","assets/preview-nGb_L1IK.js","assets/privacy-Crr8RC8v.js","assets/profile-BhmYW_Oz.css","assets/profile-ChDqG5U2.js","assets/profile.module-oPoBqYRU.js","assets/progress-BCQm6VSR.js","assets/progress-CUpMhehQ.css","assets/refusals-AjPycoqj.js","assets/refusals-CCE1O2py.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/saving-B-HCqlGU.js","assets/saving-CD9qCGUK.css","assets/search-box-DnT9Uvu1.js","assets/segment-page-Cgvpue3K.js","assets/segments-BeTiDjnG.js","assets/segments-BlA-I1IL.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-Dj8sl2Zn.js","assets/settings-Bdrj5yx_.js","assets/settings-CSeEvNUv.js","assets/settings-CmraYljg.js","assets/settings-CoXekXSg.css","assets/sheet-DHTw2qD_.js","assets/state-BP17-FP3.js","assets/table-Boh87A3h.css","assets/table-C7xlRgRR.js","assets/table-data-Cr9HLx6G.js","assets/table-data-Dt7-7cCR.css","assets/timeline-GBNczL68.js","assets/transfer-DKabtONR.js","assets/tree-CjcvHm1O.js","assets/undo-CSY1K9sK.js","assets/use-debounced-value-CLrv_Cvf.js","assets/useQueries-mAgFmDwP.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-g02D1N6M.js","assets/webhooks-oH2JWY7Y.js","assets/webhooks-u_SMEH1A.css"]
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
