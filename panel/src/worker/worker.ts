// The panel while it is closed: keeps it for a start without a network, tells of messages, and sends what waits.
// Answers of the API are never cached here; what was read is kept by the panel itself (live/snapshot.ts).
import { clicked, closed } from './clicks'
import { renewed, tell, told, type Push } from './push'
import { worker } from './self'
import { sendWaiting, OUTBOX } from './sending'
import { answer, dropOldShells, isCurrent, keepShell } from './shell'

worker.addEventListener('install', (event) => event.waitUntil(keepShell().then(() => worker.skipWaiting())))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim().then(dropOldShells)))
worker.addEventListener('fetch', answer)
// What comes through says that there is a network, also to a browser without background sync, or one that has given up.
worker.addEventListener('push', (event) => event.waitUntil(told(event.data).then(sendWaiting).catch(() => {})))
worker.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renewed()))
worker.addEventListener('notificationclick', (event) => event.waitUntil(clicked(event)))
worker.addEventListener('notificationclose', (event) => event.waitUntil(closed(event)))
worker.addEventListener('sync', (event) => {
  if (event.tag === OUTBOX) event.waitUntil(sendWaiting())
})
worker.addEventListener('message', (event) => {
  const { started, push } = (event.data ?? {}) as { started?: string; push?: Push }
  if (push) event.waitUntil(tell(push))
  if (!started) return
  // A window that has started says by which script, and hears whether there is a newer version.
  event.source?.postMessage({ current: isCurrent(started) })
  event.waitUntil(dropOldShells())
})
