import type { Stream } from '@shared/stream'
import type { Message, Note } from '@shared/types'
import { get, put, remove } from './database'
import { start, type State } from './state'

/** Enough to read the last hours without a network, and small enough to write in one go. */
const CONVERSATIONS = 60
const STREAMS = 12
const MESSAGES = 100
/** Characters of all streams together; a conversation that has none left is there with its last words. */
const MOST = 1_500_000

type Kept = Pick<State, 'session' | 'agents' | 'groups' | 'counts' | 'conversations' | 'messages' | 'notes'>

const key = (owner: string) => `snapshot ${owner}`

type Saved = { at: number; picture: Kept; opened: number[] }

/** The last picture, when it was taken, and which conversations were looked at, the last one at the end; the empty state where there is none. */
export async function load(owner: string): Promise<{ state: State; at: number; opened: number[] }> {
  const kept = await get<Saved>('kept', key(owner)).catch(() => undefined)
  return { state: { ...start, ...kept?.picture, counts: { ...start.counts, ...kept?.picture.counts } }, at: kept?.at ?? 0, opened: kept?.opened ?? [] }
}

/** Keeps the newest conversations, and whole those that were looked at last; `opened` has them in that order, the last one at its end. */
export async function save(owner: string, state: State, opened: readonly number[]): Promise<void> {
  const recent = Object.values(state.conversations).sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1)).slice(0, CONVERSATIONS)
  const kept: Kept = {
    session: state.session, agents: state.agents, groups: state.groups, counts: state.counts,
    conversations: Object.fromEntries(recent.map((one) => [one.id, one])), messages: {}, notes: {},
  }
  let room = MOST
  for (const id of opened.toReversed().slice(0, STREAMS)) {
    const [conversation, messages] = [state.conversations[id], newest(state.messages[id])]
    if (!conversation || !messages) continue
    const notes = newest(state.notes[id])
    const size = JSON.stringify([messages, notes]).length
    // One of long texts makes way for others.
    if (size > room) continue
    room -= size
    kept.conversations = { ...kept.conversations, [id]: conversation }
    kept.messages = { ...kept.messages, [id]: messages }
    if (notes) kept.notes = { ...kept.notes, [id]: notes }
  }
  await put('kept', key(owner), { at: Date.now(), picture: kept, opened: opened.filter((id) => kept.messages[id]) }).catch(() => {}) // a full disk costs the picture, nothing else
}

/** What came early is left out: it is asked for again. */
const newest = <T extends Message | Note>(stream: Stream<T> | undefined): Stream<T> | undefined =>
  stream && { items: stream.items.slice(-MESSAGES), early: [] }

export const forget = (owner: string): Promise<unknown> => remove('kept', key(owner)).catch(() => {})
