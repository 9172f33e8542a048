// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-66dfc8ac94ef'
const FILES = ["assets/IconArrowLeft-BiAsP-AH.js","assets/IconArrowMerge-wA4gOHPo.js","assets/IconChevronRight-CSVMQBDA.js","assets/IconColumns3-yzJs7yf9.js","assets/IconDownload-CWfE6oo0.js","assets/IconPlus-C7-V10_E.js","assets/IconSparkles-BpthU3RN.js","assets/IconTrash-Bu4YKotY.js","assets/agents-B6TYDw-X.js","assets/area-BNrSoGGR.js","assets/ask-name-BB3s9AZq.js","assets/attributes-CROSN6u9.js","assets/attributes-CXQZClre.js","assets/attributes-Dj-y91MA.js","assets/belongings-DDZSrMRQ.js","assets/choice-DffhtP1C.js","assets/companies-B4rrdahz.js","assets/companies-DSFUO9Xg.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-Bg2olIJ6.js","assets/deal-form-BkPvg8VZ.js","assets/deal-page-zjka0fTR.js","assets/deals-CbDMn_Vp.js","assets/deals-DHNt-ynY.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-of-jTNrcPSs.js","assets/deals.module-DRjUQV6p.js","assets/duplicates-BvPWR-YP.js","assets/enrichment-CA7r2i6l.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/erase-DXNsiwiq.js","assets/erase-RGobwoRz.css","assets/erasures-WCAnSLoG.js","assets/fields-Cq3W6yal.css","assets/fields-DU6-4ij7.js","assets/fields.module-DhdniET1.js","assets/filter-Bk3CotaR.js","assets/first-BnZh5e6C.css","assets/first-C63-mnW6.js","assets/form-page-DkamPGS8.js","assets/forms-BfNQ8DHb.js","assets/forms-IARwRHv7.js","assets/forms-veg8WC8q.js","assets/groups-CmWVYsZw.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-EFc37d_a.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-DjRvy-oZ.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-C-lsApmi.js","assets/keys-DfsPEhl-.css","assets/keys.module-yXgQMbYR.js","assets/labels-BLvrX4ly.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/mail-B8XYw3Oz.js","assets/mail-BldSepVt.js","assets/mail-_Kd4ED9u.js","assets/mark-5xZkTjRU.js","assets/mark-DOsPyhje.js","assets/merge-8AkRIFMt.js","assets/merge-caPK32vc.css","assets/merge-with-DQiSg5YG.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/people-B0Os7FpE.js","assets/people-Bfz_BfGw.js","assets/people-CBIAZMX3.css","assets/people-yFZK7m4d.js","assets/people.module-CRDdhy5M.js","assets/person-page-DLZV2M-b.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-DPaLk1KB.js","assets/pipelines-lUMJ1JDU.js","assets/preview-BcWD4bYY.js","assets/preview-DRdFrMlc.css","assets/privacy-2HGnn2mg.js","assets/privacy-CD9qCGUK.css","assets/privacy.module-CO14ZwCb.js","assets/profile-BOjxI9jB.js","assets/profile-BhmYW_Oz.css","assets/profile.module-oPoBqYRU.js","assets/progress-CUpMhehQ.css","assets/progress-Dm7FKOdP.js","assets/refusals-AjPycoqj.js","assets/refusals-DU8No6DK.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-DOOvpO5E.js","assets/segment-page-k8NrrCop.js","assets/segments-B0FEJ7SJ.js","assets/segments-BlA-I1IL.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-D7fh5bSb.js","assets/settings-CSeEvNUv.js","assets/settings-CmraYljg.js","assets/settings-CoXekXSg.css","assets/settings-g2UrUocT.js","assets/sheet-DGKmTAJa.js","assets/state-vJ4eg8NH.js","assets/table-Boh87A3h.css","assets/table-CdpctTvu.js","assets/table-data-Dt7-7cCR.css","assets/table-data-NKP6W3nY.js","assets/timeline-r-zXpHBe.js","assets/transfer-XpSnq-yQ.js","assets/tree-CjcvHm1O.js","assets/undo-BbctAyy0.js","assets/use-debounced-value-C808oKir.js","assets/useQueries-Cs0CYd0E.js","assets/webhooks-BUaKNu-f.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css"]
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
