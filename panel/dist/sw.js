// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-b62487076f93'
const FILES = ["assets/IconArrowLeft-DTKuPOG_.js","assets/IconArrowMerge-CLyjTHGe.js","assets/IconChevronRight-0W71UCB9.js","assets/IconColumns3-BkjUbBzM.js","assets/IconDownload-DCZ5wbWG.js","assets/IconMail-C2H_Gj47.js","assets/IconPlus-C-GyQKko.js","assets/IconSparkles-b8eaLBKb.js","assets/IconTrash-tC8iFAM1.js","assets/NativeSelect-BhcJbIbc.js","assets/agents-BoKNnW7G.js","assets/area-CMBiH9jG.js","assets/ask-name-hKcp2_wb.js","assets/attributes-CROSN6u9.js","assets/attributes-Dj-y91MA.js","assets/attributes-ktdnQVwt.js","assets/belongings-e5-rt8FQ.js","assets/choice-CYdpOTOT.js","assets/companies-B4rrdahz.js","assets/companies-Dp0nvPeo.js","assets/companies-Gr8_0vKa.js","assets/companies-kIwEy5Uj.css","assets/companies.module-CfIZkXfF.js","assets/company-page-DkDj05yt.js","assets/deal-form-BAK0G4Ad.js","assets/deal-page-63AOITJH.js","assets/deals-BtHgceGh.js","assets/deals-DHNt-ynY.js","assets/deals-Dpl6ZMVy.css","assets/deals-ULiEBmaa.js","assets/deals-of-CC6bolYD.js","assets/deals.module-BViMDhHF.js","assets/duplicates-CnByyfGA.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DRh65dMN.js","assets/enrichment-DS_8AfeP.css","assets/erase-CyyBwOo2.js","assets/erase-RGobwoRz.css","assets/erasures-CfE2Cnyj.js","assets/fields-CFlctz99.js","assets/fields-Cq3W6yal.css","assets/fields.module-BM6hdUYJ.js","assets/filter-DddVtA0C.js","assets/first-BnZh5e6C.css","assets/first-BoQlsvZk.js","assets/form-page-DGh2GbFJ.js","assets/forms-IARwRHv7.js","assets/forms-veg8WC8q.js","assets/forms-xtYGZeAE.js","assets/groups-D3fO-kQH.js","assets/groups-UIbaD_tt.js","assets/groups-um-AiN1T.js","assets/import-page-Bhe41ASA.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-wVKWOojV.js","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/keys-BX4Dr7Cy.js","assets/keys-BatGEfKe.js","assets/keys-DfsPEhl-.css","assets/keys-XUjOrMZG.js","assets/keys.module-Df0w-m_5.js","assets/labels-CTnkGJO7.js","assets/labels-DTOThl3o.js","assets/labels-GNyt9_GM.js","assets/letter-DKLinTLs.js","assets/letter-warcMb_E.css","assets/letters-CU_5vHv0.js","assets/letters-Di0qMOom.js","assets/letters-ZQ3FCOVE.js","assets/mail-Bu51RVnI.js","assets/mail-aYfN95Sf.js","assets/mail-xCefJV3q.js","assets/mailboxes-B8WmuGa0.js","assets/mailboxes-DHXfECgb.js","assets/mark-Cq15LN3e.js","assets/mark-hi01eVxH.js","assets/merge-XqxeFsou.js","assets/merge-caPK32vc.css","assets/merge-with-ty38BI7z.js","assets/merging-CffBI66C.js","assets/merging-DWh37ej0.js","assets/outbox-B1VjKr3P.js","assets/people-B6dFd7H7.js","assets/people-BEI2ulkk.js","assets/people-CBIAZMX3.css","assets/people-CDDdy-6n.js","assets/people.module-CRDdhy5M.js","assets/person-page-jh2e_4IY.js","assets/pipelines-CU5QqsQA.js","assets/pipelines-CyqFGC26.js","assets/pipelines-lUMJ1JDU.js","assets/preview-C0dTdCwC.js","assets/preview-DRdFrMlc.css","assets/privacy-CqChapVH.js","assets/profile-BhmYW_Oz.css","assets/profile-DzI1Av0g.js","assets/profile.module-oPoBqYRU.js","assets/progress-CUpMhehQ.css","assets/progress-DHQuawlC.js","assets/refusals-AjPycoqj.js","assets/refusals-BY0IyJPa.js","assets/refusals-fB7hhcFp.js","assets/rolldown-runtime-XKyaHtl9.js","assets/saving-CD9qCGUK.css","assets/saving-kUjAnb_v.js","assets/search-box-DZpKSZ7d.js","assets/segment-page-BiiaV8m_.js","assets/segments-BlA-I1IL.js","assets/segments-DgdMM58b.js","assets/segments-DjWO-tmI.css","assets/segments-a8gTw0Yb.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-BKAh5tog.js","assets/settings-CoXekXSg.css","assets/settings-DNCnmbQA.js","assets/settings-Dv6MvbgN.js","assets/settings-p58l_h0d.js","assets/sheet-BPf0Buvw.js","assets/state-dXwC51s8.js","assets/table-Boh87A3h.css","assets/table-C3PpffPV.js","assets/table-data-D1CHjW9m.js","assets/table-data-Dt7-7cCR.css","assets/timeline-BZPtnWdi.js","assets/transfer-B-oVbQVa.js","assets/tree-CjcvHm1O.js","assets/undo-BdFKN4jZ.js","assets/use-debounced-value-CMqofE-j.js","assets/useQueries-cWJRGt_p.js","assets/webhooks-Bt1Q6T8X.js","assets/webhooks-CtHq_R9M.js","assets/webhooks-g02D1N6M.js","assets/webhooks-u_SMEH1A.css","assets/webhooks.module-CvEjAQf7.js"]
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
