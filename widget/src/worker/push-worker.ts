/**
 * Shows push messages of the chat on somebody's website. The website's own file imports it, because a browser takes a
 * worker from no other address: `importScripts('https://…/push-worker.js')`. `?hub=` behind that file says where we are.
 */
declare const self: ServiceWorkerGlobalScope
export {}

type Push = { title?: string; body?: string; tag?: string; url?: string; report?: string }

const hub = new URL(self.location.href).searchParams.get('hub') ?? ''

/** Tells what became of a message. It matters to nobody here, so whatever goes wrong is left at that. */
async function report(path: string | undefined, deed: string): Promise<void> {
  if (path?.startsWith('/') && hub) await fetch(`${hub.replace(/\/$/, '')}${path}/${deed}`, { method: 'POST', keepalive: true }).catch(() => {})
}

function read(data: PushMessageData | null): Push {
  try {
    return (data?.json() as Push | null) ?? {}
  } catch {
    return {}
  }
}

self.addEventListener('push', (event) => {
  const { title, body = '', tag, url, report: path } = read(event.data)
  // Always: a browser takes the right to push from whoever shows nothing.
  const options = { body, tag, renotify: !!tag, data: { url, path } } as NotificationOptions
  event.waitUntil(Promise.all([self.registration.showNotification(title || '…', options), report(path, 'displayed')]))
})

self.addEventListener('notificationclick', (event) => {
  const { url, path } = event.notification.data as { url?: string; path?: string }
  event.notification.close()
  event.waitUntil(Promise.all([open(url), report(path, 'clicked')]))
})

self.addEventListener('notificationclose', (event) => {
  event.waitUntil(report((event.notification.data as { path?: string }).path, 'dismissed'))
})

/** Opens the chat where the website is open, else on the page where the visitor was last; never on another website. */
async function open(url = ''): Promise<void> {
  const [window] = (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })) as WindowClient[]
  if (window) {
    window.postMessage({ switchboard: 'open' })
    await window.focus().catch(() => {})
    return
  }
  const { origin } = self.location
  await self.clients.openWindow(url.startsWith(`${origin}/`) ? url : `${origin}/#switchboard`).catch(() => {})
}
