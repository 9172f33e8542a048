import { put } from '../live/database'
import { RestError } from '../live/rest'
import type { Outgoing } from '../live/state'
import { kept, ownerOf, type SignedIn } from '../sign-in/sign-in'
import { count } from './badge'
import { report, type Carried } from './push'
import { HOME, panelWindows, worker, type Click } from './self'
import { deliver, failed, isPassing, OUTBOX } from './sending'
import { words } from './words'

const carriedBy = (notification: Notification) => (notification.data ?? { path: HOME }) as Carried

/** A notification was put away unread. */
export const closed = ({ notification }: Click): Promise<void> => report(carriedBy(notification), 'dismissed')

/** A notification was answered, taken over or opened. */
export async function clicked({ notification, action, reply }: Click): Promise<void> {
  notification.close()
  const carried = carriedBy(notification)
  // Beside: what the person wants comes first.
  const reported = report(carried, 'clicked')
  await follow(carried, action, reply?.trim())
  await reported
}

async function follow(carried: Carried, action: string, text: string | undefined): Promise<void> {
  const who = await kept().catch(() => undefined)
  const mine = who && carried.conversation && (carried.app === undefined || carried.app === who.application.id)
  if (!mine || !(action === 'assign' || (action === 'reply' && text))) {
    // Where the system has no field for an answer, the panel's own one is where the cursor goes.
    return show(carried.path, action === 'reply')
  }
  await act(who, action === 'assign' ? await taking(who, carried) : await answering(who, carried, text!), carried)
}

async function act(who: SignedIn, outgoing: Outgoing, carried: Carried): Promise<void> {
  try {
    await deliver(who.token, outgoing)
    await count(outgoing.conversation, false)
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    // Nothing that was written is lost: it waits in the panel's outbox, where it can be seen, sent again or deleted.
    await put('outbox', outgoing.client_id, isPassing(error) || error.status === 401 ? outgoing : failed(outgoing, error))
    for (const window of await panelWindows()) window.postMessage({ type: 'outbox' })
    if (isPassing(error) && (await wakeWhenOnline())) return
    await show(carried.path, false)
  }
}

/** Whether the browser promises to call when the network is back. */
async function wakeWhenOnline(): Promise<boolean> {
  const { sync } = worker.registration as ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }
  return sync ? sync.register(OUTBOX).then(() => true, () => false) : false
}

const outgoing = (who: SignedIn, conversation: number, client_id: string) => ({
  client_id, conversation, owner: ownerOf(who), files: [], at: new Date().toISOString(), state: 'waiting' as const,
})

/** The id follows from what was pushed and what was answered, so the same answer to the same push is one message. */
async function answering(who: SignedIn, { conversation, delivery }: Carried, text: string): Promise<Outgoing> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${delivery || crypto.randomUUID()}\n${text}`)))
  const id = Array.from(digest.slice(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return { ...outgoing(who, conversation!, `push-${id}`), kind: 'message', text }
}

const taking = async (who: SignedIn, { conversation, delivery }: Carried): Promise<Outgoing> =>
  ({ ...outgoing(who, conversation!, `take-${delivery || conversation}`), kind: 'assign', text: '', to: who.agent.id })

/** A window that does not say within so many milliseconds that it goes there is only starting, or asks who signs in. */
const HEARS_WITHIN = 1_500

/** Brings the panel to the front at this address, or opens it there. A system that lets us do neither gets a notification. */
async function show(path: string, compose: boolean): Promise<void> {
  const address = compose ? `${path}#reply` : path
  const windows = await panelWindows()
  const panel = windows.find(({ focused }) => focused) ?? windows.find(({ visibilityState }) => visibilityState === 'visible') ?? windows[0]
  if (panel) return lead(panel, address)
  await worker.clients.openWindow(address).catch(async () => {
    const t = await words()
    await worker.registration.showNotification(t('push.open'), { tag: 'open', icon: `${HOME}icon-192.png`, badge: `${HOME}badge.png`, data: { path } })
  })
}

async function lead(panel: WindowClient, address: string): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  const heard = new Promise<boolean>((resolve) => {
    port1.onmessage = () => resolve(true)
    setTimeout(() => resolve(false), HEARS_WITHIN)
  })
  panel.postMessage({ go: address }, [port2])
  await panel.focus().catch(() => {})
  if (!(await heard)) await panel.navigate(address).catch(() => {})
}
