import type { AgentSession } from '@shared/types'
import { get, put, remove } from '../live/database'

/** Who is signed in at this browser, and by what right. In IndexedDB: no cookie goes out by itself, so none can be forged. */
export type SignedIn = {
  token: string
  agent: AgentSession['agent']
  application: { id: number; name: string; key: string }
}

const KEY = 'sign-in'

export const kept = (): Promise<SignedIn | undefined> => get<SignedIn>('kept', KEY)
export const keep = (signedIn: SignedIn): Promise<unknown> => put('kept', KEY, signedIn)
/** With it goes what the service worker counted for this person. */
export const forget = (): Promise<unknown> => Promise.all([remove('kept', KEY), remove('kept', 'unread')])

/** Outbox and kept picture belong to one person in one application. */
export const ownerOf = ({ agent, application }: SignedIn): string => `${agent.id}@${application.id}`

/** The server forgets the token; without a network it stays good until it runs out, but this browser has lost it. */
export async function signOut(token: string): Promise<void> {
  await fetch('/api/app/sign-out', { method: 'POST', headers: { Authorization: `Bearer ${token}` }, keepalive: true }).catch(() => {})
}
