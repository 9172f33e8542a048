/** What the browser calls `self`, with the events that a service worker hears and the standard types leave out. */
type Events = ServiceWorkerGlobalScopeEventMap & {
  sync: ExtendableEvent & { tag: string }
  notificationclick: NotificationEvent & { reply?: string | null }
}
type Worker = Omit<ServiceWorkerGlobalScope, 'addEventListener'> & {
  addEventListener<Name extends keyof Events>(name: Name, hear: (event: Events[Name]) => void): void
}

declare const self: unknown
export const worker = self as Worker

export type Click = Events['notificationclick']

/** Where the panel lives; everything of it is below. */
export const HOME = '/panel/'

/** The windows and tabs that show the panel, also those that another version of this worker serves. */
export async function panelWindows(): Promise<WindowClient[]> {
  const all = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  return all.filter((client) => new URL(client.url).pathname.startsWith(HOME))
}
