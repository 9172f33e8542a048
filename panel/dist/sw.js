// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-242190adcc62'
const FILES = ["assets/IconArrowLeft-So7igrLL.js","assets/IconArrowMerge-BTRxaVPu.js","assets/IconChevronRight-Df0fEZD-.js","assets/IconColumns3-CeYQVYTF.js","assets/IconDownload-C3I9mFkF.js","assets/IconMail-BykJhFyE.js","assets/IconPlus-mHGUZtR2.js","assets/IconSparkles-BzUGa1UU.js","assets/IconTrash-D05UZCg0.js","assets/NativeSelect-B9r5tWeN.js","assets/agents-D4Q7ECaZ.js","assets/area-BSDPmWQ6.js","assets/ask-name-CNCf2cUJ.js","assets/attributes-BjASLMsu.js","assets/attributes-CROSN6u9.js","assets/attributes-Dj-y91MA.js","assets/belongings-DbJkbX5d.js","assets/choice-CUbX2y39.js","assets/companies-B4rrdahz.js","assets/companies-DIMV7HnB.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-DWr8L1w_.js","assets/deal-form-Cqf7-FJ7.js","assets/deal-page-BptW_t0q.js","assets/deals--JJ5MGzB.js","assets/deals-DHNt-ynY.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-of-TvNJkwUU.js","assets/deals.module-81RykyM5.js","assets/duplicates-BQrPEZcj.js","assets/enrichment-CmnR-YiD.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/erase-CYMert0m.js","assets/erase-RGobwoRz.css","assets/erasures-BPSKquBv.js","assets/fields-Cq3W6yal.css","assets/fields-DdXLHi4T.js","assets/fields.module-CnbNIJDl.js","assets/filter-MxNAAtew.js","assets/first-BnZh5e6C.css","assets/first-CEse1TmP.js","assets/form-page-CGFwzFbJ.js","assets/forms-BAREmFOR.js","assets/forms-IARwRHv7.js","assets/forms-veg8WC8q.js","assets/groups-DEmPZbMh.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-mwl6cGwC.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-Bm34aB33.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-D0_yD4Ky.js","assets/keys-DfsPEhl-.css","assets/keys.module-Df0w-m_5.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/labels-eOxjBHKW.js","assets/letter-DMmxMYcS.js","assets/letter-warcMb_E.css","assets/letters-Di0qMOom.js","assets/letters-ZQ3FCOVE.js","assets/letters-mg23wplD.js","assets/mail-Bu51RVnI.js","assets/mail-FADdttlR.js","assets/mail-aYfN95Sf.js","assets/mark-CxD2UIe-.js","assets/mark-DkZzcazX.js","assets/merge-YtVg6V8Z.js","assets/merge-caPK32vc.css","assets/merge-with-Cj-VQUrr.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/outbox-CYoZCVn0.js","assets/people-B0Os7FpE.js","assets/people-Bfz_BfGw.js","assets/people-CBIAZMX3.css","assets/people-DqEbgRz8.js","assets/people.module-CRDdhy5M.js","assets/person-page-49VmiwxO.js","assets/pipelines-Bqc91-Hb.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-lUMJ1JDU.js","assets/preview-DRdFrMlc.css","assets/preview-DwNs78SE.js","assets/privacy-BYwZVnEk.js","assets/profile-BhmYW_Oz.css","assets/profile-BtUjcFGw.js","assets/profile.module-oPoBqYRU.js","assets/progress-CUpMhehQ.css","assets/progress-qcfv3Xo9.js","assets/refusals-AjPycoqj.js","assets/refusals-CCAdgfXF.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/saving-CD9qCGUK.css","assets/saving-DcDYleEv.js","assets/search-box-C3J_FEeD.js","assets/segment-page-BAzIxwSs.js","assets/segments-BZXW9IMh.js","assets/segments-BlA-I1IL.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-BPWGnuyg.js","assets/settings-BL03tvcq.js","assets/settings-CoXekXSg.css","assets/settings-Dv6MvbgN.js","assets/settings-p58l_h0d.js","assets/sheet-BNNK40_I.js","assets/state-BOUygj4o.js","assets/table-Boh87A3h.css","assets/table-DPMOmG7g.js","assets/table-data-BJFr63Sy.js","assets/table-data-Dt7-7cCR.css","assets/timeline-HcC7TBKN.js","assets/transfer-CkWW8C8v.js","assets/tree-CjcvHm1O.js","assets/undo-BGoofLPM.js","assets/use-debounced-value-BPV9dbAj.js","assets/useQueries-DVGfXkQf.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-DEsPHh2K.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css"]
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
