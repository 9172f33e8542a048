// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-c1d595eec81c'
const FILES = ["assets/IconArrowLeft-ClWGIsti.js","assets/IconArrowMerge-DpzbKB0X.js","assets/IconChevronRight-CxJ4Eq3E.js","assets/IconColumns3-C4MdgkPZ.js","assets/IconDownload-mPF4nXhv.js","assets/IconPlus-cQmVhjRj.js","assets/IconSparkles-D7HRFk0K.js","assets/IconTrash-EZ0dp1oe.js","assets/agents-B97SAkar.js","assets/area-DQsCTrdF.js","assets/ask-name-C_2EAu1u.js","assets/attributes-CROSN6u9.js","assets/attributes-DZuCTzKj.js","assets/attributes-Dj-y91MA.js","assets/belongings-G-EzdRIs.js","assets/companies-B4rrdahz.js","assets/companies-CuWf-Nk5.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-Efk-bZfg.js","assets/deal-form-18SNius_.js","assets/deal-page-Bj3pBA49.js","assets/deals-DHNt-ynY.js","assets/deals-DKxAaD2f.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-of-BFnKpQFA.js","assets/deals.module-D73LX6zR.js","assets/duplicates-Bg1mpO6J.js","assets/enrichment-CJBoh0Ac.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/erase-DPrXjqHx.js","assets/erase-RGobwoRz.css","assets/erasures-BAVJyFLR.js","assets/fields-Cq3W6yal.css","assets/fields-vtlIWVzZ.js","assets/fields.module-JS9lIYU7.js","assets/filter-CltgvKOS.js","assets/first-BnZh5e6C.css","assets/first-DrDWk6Gs.js","assets/form-page-D9PeXjj6.js","assets/forms-BPFlbEEB.js","assets/forms-D1OqRDDH.js","assets/forms-bDsz8rjA.js","assets/groups-D9b3EuxU.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-Bv7XFS16.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-CNUkGVIq.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-DfsPEhl-.css","assets/keys-cXCDHEDR.js","assets/keys.module-BJDdn0L4.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/labels-UmO65KIB.js","assets/mark-BovYcSEm.js","assets/mark-C3kWka-z.js","assets/merge-B6Cu1QBP.js","assets/merge-DxOLzyAf.css","assets/merge-with-CDnQ2MMY.js","assets/merging-B1ztIuUZ.js","assets/merging-BOJqcTMK.js","assets/people-6vfycoau.js","assets/people-BZrJMujL.js","assets/people-D8-9dz4P.css","assets/people-DyZWK0ub.js","assets/people.module-B1b7MZRN.js","assets/person-page-BuJp8sp8.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-D7q_Hr9F.js","assets/pipelines-lUMJ1JDU.js","assets/preview-37aAk0jJ.js","assets/preview-CCQLIngq.css","assets/privacy-CD9qCGUK.css","assets/privacy-DscqsaKq.js","assets/profile-BhmYW_Oz.css","assets/profile-Cr-N865D.js","assets/profile.module-oPoBqYRU.js","assets/progress-CUpMhehQ.css","assets/progress-CqbSYRgC.js","assets/refusals-AjPycoqj.js","assets/refusals-BriVy_4a.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-DNko3kgs.js","assets/segment-page-BboRr0dt.js","assets/segments-BlA-I1IL.js","assets/segments-DMD-4yJ6.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-CayXSodf.js","assets/settings-CoXekXSg.css","assets/settings-D3Tff56_.js","assets/settings-DYQZTktx.js","assets/settings-zj_5VmXF.js","assets/sheet-DxnD0J99.js","assets/state-CoxQriDW.js","assets/table-Boh87A3h.css","assets/table-data-BN1mHwdV.js","assets/table-data-Dt7-7cCR.css","assets/table-tqse_q_x.js","assets/timeline-C50FrU69.js","assets/transfer-Dy45qiEN.js","assets/tree-CjcvHm1O.js","assets/undo-BPlnLMWq.js","assets/use-debounced-value-DtxD28e1.js","assets/useQueries-jdAM6GN4.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-g02D1N6M.js","assets/webhooks-nZZI8mma.js","assets/webhooks-u_SMEH1A.css"]
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
