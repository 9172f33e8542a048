// Keeps the app shell for a start without a network, and brings a clicked notification to its conversation.
// Data is not cached here: what was read is kept by the panel itself (live/snapshot.ts).
const CACHE = 'panel-19469150afe6'
const FILES = ["assets/IconArrowLeft-Bz6eYGJq.js","assets/IconChevronRight-BCzYPov4.js","assets/IconDownload-Ba5UOh23.js","assets/IconPlus-DrpH-2c8.js","assets/IconSparkles-BCkC8kRr.js","assets/IconUsersGroup-DRkFhLzU.js","assets/agents-CEpnDpCS.js","assets/area-D2xboP2K.js","assets/ask-name-BWLiW9eT.js","assets/companies-B4rrdahz.js","assets/companies-CMhQZlDj.js","assets/companies-Dp0nvPeo.js","assets/company-page-Ch957ZS0.js","assets/duplicates-C-KMnWA7.js","assets/enrichment-CFB9E6jE.js","assets/enrichment-D4SaTGw8.js","assets/enrichment-D54qYj5m.js","assets/enrichment-DS_8AfeP.css","assets/erase-DIghmbcn.js","assets/erase-RGobwoRz.css","assets/erasures-DJp5h_qo.js","assets/fields-Cr7vFTAX.js","assets/fields-vblp02X9.css","assets/fields.module-Cb8IIDcP.js","assets/import-page-C4ch3mVC.js","assets/importing-4q5orYbE.js","assets/importing-oFVbtfh0.js","assets/imports-DEzRGVPZ.js","assets/index-B7zObL_K.js","assets/index-CAvWXHGx.css","assets/inter-latin-ext-wght-normal-DO1Apj_S.woff2","assets/inter-latin-wght-normal-Dx4kXJAl.woff2","assets/labels-CTnkGJO7.js","assets/labels-CiZIQaqx.js","assets/labels-DTOThl3o.js","assets/mark-CadkLQMr.js","assets/mark-kIwEy5Uj.css","assets/merge-Df7auSS9.js","assets/merge-DxOLzyAf.css","assets/merge-with-CKKAdVwv.js","assets/merging-B1ztIuUZ.js","assets/merging-BOJqcTMK.js","assets/people-BLUzpNnM.js","assets/people-CVVF32Hm.js","assets/people-DSx2B76D.js","assets/person-page-D_9XeBSP.js","assets/privacy-CD9qCGUK.css","assets/privacy-CKXtNAkK.js","assets/profile-V1CSh7iH.js","assets/progress-CUpMhehQ.css","assets/progress-Dff7oiFH.js","assets/refusals-A1Kif7fT.js","assets/refusals-C8lHPevo.js","assets/rolldown-runtime-XKyaHtl9.js","assets/search-box-IZeNoBzM.js","assets/segment-page-Dlspx_MZ.js","assets/segments-B0-71Le8.js","assets/segments-Ba4-45HP.js","assets/segments-DjWO-tmI.css","assets/segments-Dypz_WGD.js","assets/segments.module-DTD9Ojhn.js","assets/sentence-Bf_ziVcK.js","assets/settings-CA5wyKFZ.css","assets/settings-CVoMiwKp.js","assets/settings-CiedmFkR.js","assets/settings-DkCEkaAm.js","assets/sheet-CVHAvtVQ.js","assets/shell-BnT7k0Ao.js","assets/table-B3r38z2W.js","assets/table-Boh87A3h.css","assets/table-data-Dt7-7cCR.css","assets/table-data-Dt9zMU0A.js","assets/timeline-CGxlyq1t.css","assets/timeline-KYoZlu59.js","assets/transfer-l4COlSJJ.js","assets/undo-BFw4yfN-.js"]
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
