// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-f12ff5fa917f'
const FILES = ["assets/IconArrowLeft-CZySK3gc.js","assets/IconArrowMerge-Deo837Fj.js","assets/IconChevronRight-kWspn0wC.js","assets/IconDownload-BnjVnEQD.js","assets/IconPlus-CyVG3vu5.js","assets/IconSparkles-UysTEkVT.js","assets/agents-C7OXqWx8.js","assets/area-g2pAuu30.js","assets/ask-name-CPbLq8-e.js","assets/companies-B4rrdahz.js","assets/companies-D2ySG88K.js","assets/companies-Dp0nvPeo.js","assets/company-page-DiheD7FK.js","assets/duplicates-BlkahPMJ.js","assets/enrichment-Ctic_Mzy.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/erase-ChDGNi3U.js","assets/erase-RGobwoRz.css","assets/erasures-DzvCgV_p.js","assets/fields-Cq3W6yal.css","assets/fields-D7Gggwsr.js","assets/fields.module-HZpKx6Dp.js","assets/first-BnZh5e6C.css","assets/first-DPNgLoA6.js","assets/form-page-CjXXJDar.js","assets/forms-D1OqRDDH.js","assets/forms-DU3InlDq.js","assets/forms-bDsz8rjA.js","assets/groups-DHmSkToy.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-VkHyopbS.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-Bs48xN5T.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BkvGZeV_.js","assets/keys-BtEJ-eMW.js","assets/keys-DfsPEhl-.css","assets/keys-riSmOSbp.js","assets/labels-CTnkGJO7.js","assets/labels-C_v0pmx-.js","assets/labels-DTOThl3o.js","assets/mark-CvmJW1zZ.js","assets/mark-kIwEy5Uj.css","assets/merge-DqkzDIp2.js","assets/merge-DxOLzyAf.css","assets/merge-with-BOHaYRzT.js","assets/merging-B1ztIuUZ.js","assets/merging-BOJqcTMK.js","assets/people-B3liFKcA.js","assets/people-CXa_CYC1.js","assets/people-D8-9dz4P.css","assets/people-DipNDrjf.js","assets/people.module-B1b7MZRN.js","assets/person-page-T_Nulhki.js","assets/preview-8OPsSJQ8.js","assets/preview-CCQLIngq.css","assets/privacy-CD9qCGUK.css","assets/privacy-DLANXwBs.js","assets/profile-B-p_WYLS.js","assets/progress-CUpMhehQ.css","assets/progress-HjvT4nUn.js","assets/refusals-D19akEun.js","assets/refusals-H6VNcSsp.js","assets/refusals-z3JuwXmr.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-dWiVgxhM.js","assets/segment-page-CVgdDfLA.js","assets/segments-BlA-I1IL.js","assets/segments-DjWO-tmI.css","assets/segments-VjGt7DxM.js","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-CWOBKtDC.js","assets/settings-BqhWBfRE.css","assets/settings-CKTc2cR5.js","assets/settings-D3muhM4m.js","assets/settings-DymJsDOm.js","assets/sheet-CBld2XxW.js","assets/table-Boh87A3h.css","assets/table-Cn0yABGF.js","assets/table-data-Dt7-7cCR.css","assets/table-data-Vj9UeLJI.js","assets/timeline-BhmYW_Oz.css","assets/timeline-CZAngd8t.js","assets/transfer-Cg9-LYwL.js","assets/tree-CjcvHm1O.js","assets/undo-CfjE8mMa.js","assets/use-debounced-value-BEP4OHhx.js","assets/useQueries-BWMZCoiW.js"]
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
