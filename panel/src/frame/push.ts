import { get, put, remove } from '../live/database'
import { rest, RestError } from '../live/rest'
import { enrol } from '../live/subscribing'

/**
 * Pushes to this browser. `install`: only the installed app gets them here; `unavailable`: the server sends none;
 * `blocked`: the person has refused notifications, and the browser's settings alone can change that.
 */
export type PushState = 'unsupported' | 'install' | 'unavailable' | 'blocked' | 'off' | 'on'

/** The server's id of this browser, and whether the person has turned pushes off here. */
const DEVICE = 'push-device'
const OFF = 'panel.push'

const supported = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

const registered = (): Promise<ServiceWorkerRegistration | undefined> => navigator.serviceWorker.getRegistration('/panel/')

/** How it stands with this browser. Asks nobody. */
export async function pushState(): Promise<PushState> {
  if (!supported()) return 'standalone' in navigator ? 'install' : 'unsupported'
  if (Notification.permission === 'denied') return 'blocked'
  const subscription = await (await registered())?.pushManager.getSubscription()
  return subscription && Notification.permission === 'granted' ? 'on' : 'off'
}

/** Asks the person where that is needed, so it has to follow a click, then turns pushes on. Raises RestError, DOMException. */
export async function subscribePush(token: string): Promise<PushState> {
  if (!supported()) return pushState()
  if ((await Notification.requestPermission()) !== 'granted') return pushState()
  localStorage.removeItem(OFF)
  return enrolled(token)
}

/** Turns pushes off in this browser, here and with the server, until they are turned on again. */
export async function unsubscribePush(token: string): Promise<PushState> {
  localStorage.setItem(OFF, 'off')
  await leavePush(token)
  return pushState()
}

/** Nobody is signed in any more: this browser gets no pushes until somebody is. Without a network the server finds out by itself. */
export async function leavePush(token: string): Promise<void> {
  if (!supported()) return
  const registration = await registered()
  // What was told to one person is not for the next one.
  for (const notification of (await registration?.getNotifications()) ?? []) notification.close()
  await (await registration?.pushManager.getSubscription())?.unsubscribe()
  const device = await get<number>('kept', DEVICE)
  if (device === undefined) return
  await remove('kept', DEVICE)
  await rest(token, 'DELETE', `push/devices/${device}`).catch(() => {})
}

/** With each start: browsers and servers forget. Where notifications are allowed, and nobody turned pushes off, they are on. */
export async function syncPush(token: string): Promise<PushState> {
  if (!supported() || Notification.permission !== 'granted' || localStorage.getItem(OFF)) return pushState()
  return enrolled(token)
}

async function enrolled(token: string): Promise<PushState> {
  // Without a worker (a page that is no secure one) this would wait for ever.
  const registration = (await registered()) && (await navigator.serviceWorker.ready)
  if (!registration) return 'unsupported'
  try {
    const device = await enrol(registration, token)
    if (device !== undefined) await put('kept', DEVICE, device)
    return 'on'
  } catch (error) {
    if (error instanceof RestError && error.status === 404) return 'unavailable'
    throw error
  }
}
