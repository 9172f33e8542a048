import { enrol } from '../live/subscribing'
import { kept } from '../sign-in/sign-in'
import { count } from './badge'
import { HOME, panelWindows, worker } from './self'
import { words } from './words'

/** What the server sends. Nothing in it is needed but a title. */
export type Push = Partial<{ title: string; body: string; tag: string; url: string; conversation: number; app: number; kind: string; delivery: number; report: string }>

/** What a notification carries to its click. */
export type Carried = { path: string; conversation?: number; app?: number; delivery?: number; report?: string }

type Shown = NotificationOptions & { renotify?: boolean; actions?: { action: string; title: string; type?: 'text' | 'button'; placeholder?: string }[] }

/** Shows what was pushed. Always: a browser takes the right to push from whoever shows nothing. */
export const told = (data: PushMessageData | null): Promise<void> => tell(read(data))

/** The same for what the panel itself has heard while nobody looked at it. */
export async function tell(push: Push): Promise<void> {
  const t = await words()
  const carried = carry(push)
  const who = await kept().catch(() => undefined)
  const ours = push.app === undefined || push.app === who?.application.id
  const readAlready = ours && !!push.conversation && (await isLookedAt(push.conversation))
  const tag = push.tag || (push.conversation ? `conversation ${push.conversation}` : `push ${push.delivery ?? ''}`)
  // The panel and a push may tell of the same message: it is one notification, and one sound.
  const [before] = await worker.registration.getNotifications({ tag })
  const quiet = readAlready || (before?.body === push.body && before?.title === push.title)
  const options: Shown = {
    body: push.body ?? '', tag, renotify: !quiet, silent: quiet, data: carried, icon: `${HOME}icon-192.png`, badge: `${HOME}badge.png`,
    actions: push.conversation && who && ours
      ? [{ action: 'reply', title: t('push.reply'), type: 'text', placeholder: t('push.write') }, { action: 'assign', title: t('push.assign') }]
      : [],
  }
  await worker.registration.showNotification(push.title || t('push.title'), options)
  await report(push, 'displayed')
  // Whoever tests their settings waits for this in an open window.
  if (push.kind === 'test') for (const window of await panelWindows()) window.postMessage({ type: 'push-test', ...push })
  if (readAlready) {
    // Whoever looks at the conversation has it before their eyes.
    for (const notification of await worker.registration.getNotifications({ tag })) notification.close()
  } else if (push.conversation && ours) await count(push.conversation, true)
}

function read(data: PushMessageData | null): Push {
  try {
    return (data?.json() as Push | null) ?? {}
  } catch {
    return { body: data?.text() }
  }
}

/** A window before which somebody sits holds a lock with the name of what it shows: its address here is the one it began with. */
async function isLookedAt(conversation: number): Promise<boolean> {
  const { held = [] } = await worker.navigator.locks.query()
  return held.some(({ name }) => name === `looking ${conversation}`)
}

/** Where a click leads: inside the panel, whatever was sent. */
function carry({ url, conversation, app, delivery, report }: Push): Carried {
  const given = url ? new URL(url, location.origin) : undefined
  const inside = given?.origin === location.origin && given.pathname.startsWith(HOME)
  const path = inside ? given.pathname + given.search + given.hash : conversation ? `${HOME}inbox/open/${conversation}` : HOME
  return { path, conversation, app, delivery, report }
}

/** Tells the server what became of a message, at the signed address that came with it. What can't be told is not worth waiting for. */
export async function report({ report: path }: Pick<Carried, 'report'>, deed: 'displayed' | 'clicked' | 'dismissed'): Promise<void> {
  if (path?.startsWith('/push/')) await fetch(`${path}/${deed}`, { method: 'POST', credentials: 'omit' }).catch(() => {})
}

/** The browser has changed where pushes go: the server hears the new place, in the name of whoever is signed in. */
export async function renewed(): Promise<void> {
  const who = await kept()
  if (who) await enrol(worker.registration, who.token)
}
