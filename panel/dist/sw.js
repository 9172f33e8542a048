// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-fc58df5ec28e'
const FILES = ["assets/IconArrowLeft-2S588_Oh.js","assets/IconArrowMerge-Bk9tMjY7.js","assets/IconChevronRight-DX1N9Z5a.js","assets/IconColumns3-C59RAUVH.js","assets/IconDownload-BcoEgwoZ.js","assets/IconMail-y1PoL3Kh.js","assets/IconPlus-D8y6m2rH.js","assets/IconSparkles-G7uO3OeU.js","assets/IconTrash-CNS63xkl.js","assets/NativeSelect-DLdGwPo4.js","assets/agents-zXHlAXR4.js","assets/area-B7MPJAwI.js","assets/ask-name-Ch08kRtQ.js","assets/attributes-CROSN6u9.js","assets/attributes-D8rMMkFX.js","assets/attributes-Dj-y91MA.js","assets/belongings-DZrGftuu.js","assets/choice-UQlzJXSe.js","assets/companies-B4rrdahz.js","assets/companies-DfAmOpCV.js","assets/companies-Dp0nvPeo.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-LBpOrLhZ.js","assets/deal-form-BJHuF-b6.js","assets/deal-page-kdmg43UD.js","assets/deals-DHNt-ynY.js","assets/deals-DR7aXXc0.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-of-CtN5zj40.js","assets/deals.module-qDaHYOc_.js","assets/desktop-Bunp4pc1.js","assets/duplicates-CFvsb2Ku.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/enrichment-DW9NKNA2.js","assets/erase-CQHVWObI.js","assets/erase-RGobwoRz.css","assets/erasures-qAoSbvF2.js","assets/fields-C_iLStEm.js","assets/fields-Cq3W6yal.css","assets/fields.module-CSHXCMXp.js","assets/filter-C4j4fNyt.js","assets/first-CYBmG-L4.css","assets/first-DVI-GVyi.js","assets/form-page-BELZ37eJ.js","assets/forms-B1BBQ_Ea.js","assets/forms-IARwRHv7.js","assets/forms-veg8WC8q.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/groups-vo7gmfuA.js","assets/hours-BUKzjuzN.js","assets/hours-BseLo0Kw.js","assets/hours-D_ElO_yI.js","assets/import-page-D7fXkqrg.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-DT6aoYtr.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-BwZAGvKB.js","assets/keys-DfsPEhl-.css","assets/keys.module-Df0w-m_5.js","assets/labels-B2ajRsjw.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/letter-vEFP8Osg.js","assets/letter-warcMb_E.css","assets/letters-BqdtbTnB.js","assets/letters-Di0qMOom.js","assets/letters-ZQ3FCOVE.js","assets/mail-BKahNy8W.js","assets/mail-Bu51RVnI.js","assets/mail-aYfN95Sf.js","assets/mark-Bp7uOj61.js","assets/mark-CuQZxhXM.js","assets/mention-list-BK8dqEGc.css","assets/mention-list-DM8hch92.js","assets/merge-Bk3CYzML.js","assets/merge-caPK32vc.css","assets/merge-with-Dkq3K_aT.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/names-PluZwjfy.js","assets/notices-BchE91xk.js","assets/notices-DrGjUWiA.js","assets/notices-qgyy8ISc.js","assets/outbox-CN987iXw.js","assets/people-B0Os7FpE.js","assets/people-Bfz_BfGw.js","assets/people-C4WsXqnI.js","assets/people-CBIAZMX3.css","assets/people.module-CRDdhy5M.js","assets/person-page-Bw0CZoCU.js","assets/pipelines-9F8NWwR2.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-lUMJ1JDU.js","assets/preview-DRdFrMlc.css","assets/preview-XzwU1XP3.js","assets/privacy-yxKtSoQi.js","assets/profile-BhmYW_Oz.css","assets/profile-DVcMTWiZ.js","assets/profile.module-oPoBqYRU.js","assets/progress-CUpMhehQ.css","assets/progress-DZrsIFMY.js","assets/refusals-AjPycoqj.js","assets/refusals-DkhT-MB-.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/saving-8kVa273A.js","assets/saving-CD9qCGUK.css","assets/search-box-J0EY90C6.js","assets/segment-page-CHnQIZSF.js","assets/segments-BlA-I1IL.js","assets/segments-D4pAuWIZ.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-BozjAIVq.js","assets/settings-B-kSiS5J.js","assets/settings-BHUZCGFy.css","assets/settings-CFyTvThr.js","assets/settings-xbkG9uUE.js","assets/sheet-C7GNelxE.js","assets/state-D_paKMwt.js","assets/stretches-Bcng1cIy.css","assets/stretches-Bqc0Oxdu.js","assets/table-Boh87A3h.css","assets/table-C0aQLL6T.js","assets/table-data-CIC5tUna.js","assets/table-data-Dt7-7cCR.css","assets/timeline-Dk_toxoa.js","assets/transfer-TWm8-gzL.js","assets/tree-CjcvHm1O.js","assets/undo-C0WyOjvc.js","assets/use-debounced-value-BLZfhjeI.js","assets/useQueries-DwzoKAOx.js","assets/webhooks-CZXEWRcO.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css"]
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
