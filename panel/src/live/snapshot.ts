import { get, put, remove } from './database'
import { start, type State } from './state'

/** Enough to read the last hours without a network, and small enough to write in one go. */
const CONVERSATIONS = 60
const STREAMS = 12

type Kept = Pick<State, 'session' | 'agents' | 'groups' | 'counts' | 'conversations' | 'messages' | 'notes'>

const key = (owner: string) => `snapshot ${owner}`

/** The last picture and when it was taken; the empty state where there is none. */
export async function load(owner: string): Promise<{ state: State; at: number }> {
  const kept = await get<{ at: number; picture: Kept }>('kept', key(owner)).catch(() => undefined)
  return { state: { ...start, ...kept?.picture, counts: { ...start.counts, ...kept?.picture.counts } }, at: kept?.at ?? 0 }
}

export async function save(owner: string, state: State): Promise<void> {
  const recent = Object.values(state.conversations).sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1)).slice(0, CONVERSATIONS)
  const ids = recent.map((conversation) => conversation.id)
  const held = ids.filter((id) => state.messages[id]).slice(0, STREAMS)
  const pick = <T>(from: Readonly<Record<number, T>>, of: number[]) =>
    Object.fromEntries(of.flatMap((id) => (from[id] === undefined ? [] : [[id, from[id]]]))) as Record<number, T>
  const kept: Kept = {
    session: state.session, agents: state.agents, groups: state.groups, counts: state.counts,
    conversations: pick(state.conversations, ids), messages: pick(state.messages, held), notes: pick(state.notes, held),
  }
  await put('kept', key(owner), { at: Date.now(), picture: kept }).catch(() => {}) // a full disk costs the picture, nothing else
}

export const forget = (owner: string): Promise<unknown> => remove('kept', key(owner)).catch(() => {})
