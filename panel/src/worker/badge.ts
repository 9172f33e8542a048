import { get, put } from '../live/database'
import { worker } from './self'

/** Conversations with something unread, as the panel last saw them and pushes added to them. */
const KEY = 'unread'
type Badged = { setAppBadge?(count: number): Promise<void>; clearAppBadge?(): Promise<void> }

/** One conversation more (or less) on the app's icon. */
export async function count(conversation: number, unread: boolean): Promise<void> {
  const known = (await get<number[]>('kept', KEY).catch(() => undefined)) ?? []
  const after = [...known.filter((id) => id !== conversation), ...(unread ? [conversation] : [])]
  await put('kept', KEY, after).catch(() => {})
  await show(after.length)
}

/** The number on the app's icon, where the system has one. */
export async function show(unread: number): Promise<void> {
  const badged = worker.navigator as Badged
  await (unread ? badged.setAppBadge?.(unread) : badged.clearAppBadge?.())?.catch(() => {})
}
