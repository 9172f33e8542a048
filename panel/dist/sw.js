// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-bac0eb5736f8'
const FILES = ["assets/IconArrowLeft-CGS5Qpj0.js","assets/IconArrowMerge-BtAz2CQ0.js","assets/IconChevronRight-dVW9BKs8.js","assets/IconColumns3-B8V6ogMb.js","assets/IconDownload-BSsvgpNX.js","assets/IconMail-BR-jBX5v.js","assets/IconPlus-Dzro-Lfy.js","assets/IconSparkles-_deAgOF9.js","assets/IconTrash-CzzZXv3P.js","assets/NativeSelect-CM-oso3S.js","assets/agents-Bb6PtEVx.js","assets/area-CahYyCPK.js","assets/ask-name-Cav7su79.js","assets/attributes-CROSN6u9.js","assets/attributes-Dj-y91MA.js","assets/attributes-wBfJJ5BT.js","assets/belongings-BwOPPJRw.js","assets/choice-0-JXFeYR.js","assets/companies-B4rrdahz.js","assets/companies-BO2Rij_w.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-BXmrBsfa.js","assets/deal-form-Dpi6e___.js","assets/deal-page-FadVLHab.js","assets/deals-DHNt-ynY.js","assets/deals-DNOGBEFp.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-of-Bc7K7zcB.js","assets/deals.module-D-9gt6-C.js","assets/duplicates-DjaCnJzZ.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/enrichment-Oo6JBMHu.js","assets/erase-BfMjJLXX.js","assets/erase-RGobwoRz.css","assets/erasures-CezbV6iB.js","assets/fields-Cq3W6yal.css","assets/fields-D-3fXHAO.js","assets/fields.module-BfSDYKda.js","assets/filter-DCaX7aCb.js","assets/first-BnZh5e6C.css","assets/first-CD8LE22Q.js","assets/form-page-BoQhKsIK.js","assets/forms-B_8RwiTt.js","assets/forms-bO6vGTTt.js","assets/forms-rphJX2Tx.js","assets/groups-UIbaD_tt.js","assets/groups-rYc5DxTQ.js","assets/groups-um-AiN1T.js","assets/import-page-Bjv0udUU.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-MFpN__vN.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-DWLqSfSv.js","assets/keys-DfsPEhl-.css","assets/keys.module-Df0w-m_5.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/labels-ummScCjy.js","assets/letter-DaNQRtIj.js","assets/letter-warcMb_E.css","assets/letters-0ismvboc.js","assets/letters-Di0qMOom.js","assets/letters-ZQ3FCOVE.js","assets/mail-BFkhqcYD.css","assets/mail-DQsyfl9_.js","assets/mail-DRIG1s6n.js","assets/mail-DcZhn6O9.js","assets/mark-C-9lRHGs.js","assets/mark-DCD-ZRe1.js","assets/merge-BM8nsi3K.js","assets/merge-caPK32vc.css","assets/merge-with-hdXYgYib.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/outbox-DKFMJQ-T.js","assets/people-B0Os7FpE.js","assets/people-Bfz_BfGw.js","assets/people-CBIAZMX3.css","assets/people-DinqIjR3.js","assets/people.module-CRDdhy5M.js","assets/person-page-CVRQsU84.js","assets/pipelines-B5D3NlNc.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-lUMJ1JDU.js","assets/preview-BwiyI9Z0.js","assets/preview-DRdFrMlc.css","assets/privacy-BskFxW0m.js","assets/profile-BhmYW_Oz.css","assets/profile-DfgAhIw_.js","assets/profile.module-oPoBqYRU.js","assets/progress-CUpMhehQ.css","assets/progress-DQG3-pV4.js","assets/refusals-BDeY6PeY.js","assets/refusals-Bf7_wFN5.js","assets/refusals-D35tpaxi.js","assets/rolldown-runtime-XKyaHtl9.js","assets/saving-CD9qCGUK.css","assets/saving-DiZMWNda.js","assets/search-box-C1LohBto.js","assets/segment-page-C71-Vlho.js","assets/segments-BlA-I1IL.js","assets/segments-BqN6Wf3H.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-CN6H27tU.js","assets/settings-CoXekXSg.css","assets/settings-D573vGLv.js","assets/settings-Dv6MvbgN.js","assets/settings-p58l_h0d.js","assets/sheet-xWlV-9Ql.js","assets/state-DZfroWGz.js","assets/table-Boh87A3h.css","assets/table-Cqz70EfL.js","assets/table-data-Dt7-7cCR.css","assets/table-data-QQAo2-I0.js","assets/timeline-CV2xIb-N.js","assets/transfer-BIN5Jsr7.js","assets/tree-CjcvHm1O.js","assets/undo-DzpWChWP.js","assets/use-debounced-value-BrpJzXwl.js","assets/useQueries-BfzMNI-h.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-D66OyMZx.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css"]
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
