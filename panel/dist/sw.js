// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-f5ada95b40b0'
const FILES = ["assets/IconArrowLeft-DQZFtD0b.js","assets/IconArrowMerge-Bt3tg7wU.js","assets/IconChevronRight-BAk8rLf1.js","assets/IconDownload-oS5WeBQe.js","assets/IconPlus-hQGi9MI9.js","assets/IconSparkles-CKJkqrrP.js","assets/agents-oKxyiSUK.js","assets/area-BTl8p3G9.js","assets/ask-name-Rljd-YWf.js","assets/companies-B4rrdahz.js","assets/companies-BHAQg5RO.js","assets/companies-Dp0nvPeo.js","assets/company-page-DbslA6GM.js","assets/duplicates-AIYXuWBQ.js","assets/enrichment-C_BphblM.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/erase-Ccx22iyS.js","assets/erase-RGobwoRz.css","assets/erasures-BkHUPpLJ.js","assets/fields-Cq3W6yal.css","assets/fields-ItYL_7pa.js","assets/fields.module-DQEwfD1W.js","assets/first-BnZh5e6C.css","assets/first-CEvhoIr8.js","assets/form-page-RlJU7obr.js","assets/forms-C8r8pUTJ.js","assets/forms-D1OqRDDH.js","assets/forms-bDsz8rjA.js","assets/groups-BZAVcrL1.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-TsS_60Oz.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-BSvxlfej.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-DfsPEhl-.css","assets/keys-Z-jY5bQL.js","assets/keys.module-B0PBCW9H.js","assets/labels-CTnkGJO7.js","assets/labels-DDeNT5qq.js","assets/labels-DTOThl3o.js","assets/mark-DU4RSkWO.js","assets/mark-kIwEy5Uj.css","assets/merge-BDhHzpYr.js","assets/merge-DxOLzyAf.css","assets/merge-with-y7OTuSej.js","assets/merging-B1ztIuUZ.js","assets/merging-BOJqcTMK.js","assets/people-CXa_CYC1.js","assets/people-D8-9dz4P.css","assets/people-DipNDrjf.js","assets/people-IHUn7GUm.js","assets/people.module-B1b7MZRN.js","assets/person-page-DoThILe3.js","assets/preview-CCQLIngq.css","assets/preview-CTuGFPUx.js","assets/privacy-Ats4p2-j.js","assets/privacy-CD9qCGUK.css","assets/profile-yzRNa0j6.js","assets/progress-CUpMhehQ.css","assets/progress-DUI3kTNO.js","assets/refusals-AjPycoqj.js","assets/refusals-CfGnGpWv.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-k6n5Fcec.js","assets/segment-page-DGkmg8eH.js","assets/segments-BlA-I1IL.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments-mBWEclsI.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-DlVtjOnQ.js","assets/settings-BjZ2ia-1.js","assets/settings-BqhWBfRE.css","assets/settings-Bwc5egcs.js","assets/settings-CW4ZPQEU.js","assets/sheet-g16R-N5E.js","assets/table-Boh87A3h.css","assets/table-CjXdP8ED.js","assets/table-data-BDRaDerO.js","assets/table-data-Dt7-7cCR.css","assets/timeline-BhmYW_Oz.css","assets/timeline-CkrYSSuH.js","assets/transfer-D5UHummH.js","assets/tree-CjcvHm1O.js","assets/undo-EBnaWiWI.js","assets/use-debounced-value-CvqvgZh8.js","assets/useQueries-Bk26u-GR.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-DafrpWVC.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css"]
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
