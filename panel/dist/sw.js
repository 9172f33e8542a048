// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-b379d7fa6a16'
const FILES = ["assets/IconArrowLeft-vIqoTg1u.js","assets/IconArrowMerge-BqKy-F4B.js","assets/IconChevronRight-BRBvMKrU.js","assets/IconColumns3-BbssxQo-.js","assets/IconDownload-BfKXRAvk.js","assets/IconPlus-Ba0zhEkZ.js","assets/IconSparkles-urdb_e4g.js","assets/IconTrash-BKOW9RxY.js","assets/agents-Df5K_Kzf.js","assets/area-DM3Eqq7L.js","assets/ask-name-qQTIhdem.js","assets/attributes-CROSN6u9.js","assets/attributes-CipyQ0t8.js","assets/attributes-Dj-y91MA.js","assets/belongings-Cdqloh0y.js","assets/choice-encGIrY1.js","assets/companies-B4rrdahz.js","assets/companies-BaYc-ObP.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-BMjpoZM-.js","assets/deal-form-CgTtqvtf.js","assets/deal-page-CRnFCiBz.js","assets/deals-BGY5hY95.js","assets/deals-DHNt-ynY.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-of-Cr1032nf.js","assets/deals.module-DdFoJV1h.js","assets/duplicates-Cm-3Nc4c.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/enrichment-DfqgpXzQ.js","assets/erase-H0AkdpsL.js","assets/erase-RGobwoRz.css","assets/erasures-CGga8u7B.js","assets/fields-Cq3W6yal.css","assets/fields-Dt8IyLPy.js","assets/fields.module-C9YSDU6-.js","assets/filter-owHZFiK4.js","assets/first-BnZh5e6C.css","assets/first-qru2spRA.js","assets/form-page-gP03uty8.js","assets/forms-C1rIj00Z.js","assets/forms-IARwRHv7.js","assets/forms-veg8WC8q.js","assets/groups-UIbaD_tt.js","assets/groups-YOwVJjfT.js","assets/groups-um-AiN1T.js","assets/import-page-D8NNuqj2.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-kKMxM3Iy.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-DfsPEhl-.css","assets/keys-r2zqu2xP.js","assets/keys.module-DMDLE0lw.js","assets/labels-B-J5cGTj.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/mail-B_gnVgew.js","assets/mail-BldSepVt.js","assets/mail-_Kd4ED9u.js","assets/mark-D4kj1cx-.js","assets/mark-Dgriwc7o.js","assets/merge-DRfKP37Q.js","assets/merge-caPK32vc.css","assets/merge-with-Bocm9xjd.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/people-6C1a_J53.js","assets/people-B0Os7FpE.js","assets/people-Bfz_BfGw.js","assets/people-CBIAZMX3.css","assets/people.module-CRDdhy5M.js","assets/person-page-DWzbcUHu.js","assets/pipelines-CTnvTyzA.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-lUMJ1JDU.js","assets/preview-CVZvxbXC.js","assets/preview-DRdFrMlc.css","assets/privacy-CD9qCGUK.css","assets/privacy-DH-ctcL6.js","assets/privacy.module-CO14ZwCb.js","assets/profile-46gh-aps.js","assets/profile-BhmYW_Oz.css","assets/profile.module-oPoBqYRU.js","assets/progress-CSHbxbsB.js","assets/progress-CUpMhehQ.css","assets/refusals-AjPycoqj.js","assets/refusals-BOqSf_fD.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-BMoCVJLh.js","assets/segment-page-WRhyAcF5.js","assets/segments-BlA-I1IL.js","assets/segments-Dh-sSIm2.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-BXQTGH2X.js","assets/settings-CSeEvNUv.js","assets/settings-CoXekXSg.css","assets/settings-Db40LdW9.js","assets/settings-g4emcNZd.js","assets/sheet-DdNPchjl.js","assets/state-79CsfqMd.js","assets/table-1O7BR_X5.js","assets/table-Boh87A3h.css","assets/table-data-BsA_b239.js","assets/table-data-Dt7-7cCR.css","assets/timeline-BiSEY_NM.js","assets/transfer-EW6TULin.js","assets/tree-CjcvHm1O.js","assets/undo-DqzQnTVC.js","assets/use-debounced-value-B0DO0Pnb.js","assets/useQueries-BDhcRLU6.js","assets/webhooks-CD3Hiqon.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css"]
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
