import { emptyStream, merge, type Stream } from '@shared/stream'
import type { Conversation, Events, Message, Note } from '@shared/types'
import { recounted } from './saved-views'
import { without, type State } from './state'
import { recount, type Looker } from './views'

/**
 * What each fact from the server does to the state: pure functions, one per fact.
 * All of them may be told twice or late, so each one only ever moves forward.
 */

/** How long a typing sign stays without being renewed. */
export const TYPING_FOR = 6_000
/** As much of the last words as the server tells in a conversation's state. */
const PREVIEW = 140

const looker = (state: State): Looker => ({ me: state.session?.agent.id ?? 0, groups: state.groups, views: state.views })

const furthest = (now: number, then?: number | null) => Math.max(now, then ?? 0)

/** The newer of two pictures of one conversation. What a picture doesn't tell, and what only grows, is kept. */
function newer(before: Conversation | undefined, after: Conversation): Conversation {
  if (!before) return after
  if (after.revision < before.revision) return before
  const { position, last, unread, updated_at } = after.position < before.position ? before : after
  const sides = (key: 'read' | 'delivered') => ({
    contact: furthest(before[key].contact, after[key].contact),
    agent: furthest(before[key].agent, after[key].agent),
  })
  return {
    ...after,
    position, last, unread, updated_at,
    read: sides('read'),
    delivered: sides('delivered'),
    notes: after.notes ?? before.notes,
    contact: { ...after.contact, online: after.contact.online ?? before.contact.online, segments: after.contact.segments ?? before.contact.segments },
  }
}

/** Conversations as the server lists them. Counts come beside them, so they are not touched here. */
export function listed(state: State, conversations: readonly Conversation[]): Partial<State> {
  const known = { ...state.conversations }
  for (const conversation of conversations) known[conversation.id] = newer(known[conversation.id], conversation)
  return { conversations: known }
}

/** A contact is in a segment from now on, or not any more: its conversations say so. Counts are asked for besides. */
export function segmented(state: State, { contact, segment, inside }: Events['segment']): Partial<State> {
  const theirs = Object.values(state.conversations).filter((one) => one.contact.id === contact && one.contact.segments?.includes(segment) !== inside)
  if (!theirs.length) return {}
  const conversations = { ...state.conversations }
  for (const one of theirs) {
    const others = one.contact.segments?.filter((id) => id !== segment) ?? []
    conversations[one.id] = { ...one, contact: { ...one.contact, segments: inside ? [...others, segment] : others } }
  }
  return { conversations }
}

/** So new that nobody can have counted it before. */
const begun = ({ position, status, assignee, revision }: Conversation) => position <= 1 && status === 'open' && !assignee && revision === 1

/** A conversation's whole state, announced. */
export function changed(state: State, conversation: Conversation): Partial<State> {
  const before = state.conversations[conversation.id]
  const after = newer(before, conversation)
  // A conversation that has just begun is counted with it; of others that were not known the server knows (see Live.recountSoon).
  const known = before || begun(conversation)
  const counts = known ? recount(state.counts, before, after, looker(state)) : state.counts
  return { conversations: { ...state.conversations, [conversation.id]: after }, counts, ...(known ? viewed(state, before, after) : {}) }
}

/** How many each saved view finds, after a conversation became another. */
const viewed = (state: State, before: Conversation | undefined, after: Conversation): Partial<State> =>
  state.views?.length ? { viewCounts: recounted(state.viewCounts, state.views, before, after, looker(state)) } : {}

function touched(state: State, message: Message): Partial<State> {
  const conversation = state.conversations[message.conversation]
  if (!conversation || message.position <= conversation.position) return {}
  const { text, kind, author, at, attachments, position } = message
  if (message.of) return { conversations: { ...state.conversations, [conversation.id]: { ...conversation, position } } }
  const theirs = author.kind === 'contact' && kind === 'text'
  // Last words are words: closing and reopening move a conversation up, but its preview stays.
  const words = text || attachments.map(({ name }) => name).join(', ')
  // What is said by itself answers nothing: the contact's question stays in sight.
  const last = kind === 'text' && author.kind !== 'automation' ? { text: words.slice(0, PREVIEW), kind, author, at } : conversation.last
  const after: Conversation = { ...conversation, position, last, updated_at: at, unread: conversation.unread + (theirs ? 1 : 0) }
  // Whoever wrote waits from then on, until an agent answers.
  if (theirs) after.waiting_since = conversation.waiting_since ?? at
  else if (author.kind === 'agent' && kind === 'text') after.waiting_since = null
  return { conversations: { ...state.conversations, [conversation.id]: after }, ...viewed(state, conversation, after) }
}

/** A stream that was never opened stays closed: its preview is enough, and opening brings all of it. */
const joined = <T extends Message | Note>(streams: Readonly<Record<number, Stream<T>>>, item: T) => {
  const stream = streams[item.conversation]
  if (!stream) return streams
  const after = merge(stream, [item])
  return after === stream ? streams : { ...streams, [item.conversation]: after }
}

/** What was sent is no longer outgoing once the stream shows it. */
function settled(state: State, conversation: number, streams: Partial<State>): Partial<State> {
  if (!state.outbox.some((outgoing) => outgoing.conversation === conversation)) return streams
  const shown = new Set<string | null>()
  for (const item of (streams.messages ?? state.messages)[conversation]?.items ?? []) shown.add(item.client_id)
  for (const item of (streams.notes ?? state.notes)[conversation]?.items ?? []) shown.add(item.client_id)
  const outbox = state.outbox.filter((outgoing) => !shown.has(outgoing.client_id))
  return outbox.length === state.outbox.length ? streams : { ...streams, outbox }
}

export function said(state: State, message: Message): Partial<State> {
  const typist = state.typing[message.conversation]
  const typing = typist?.kind === message.author.kind && typist.id === message.author.id ? without(state.typing, message.conversation) : state.typing
  const facts = { messages: joined(state.messages, message), ...touched(state, message), typing }
  return { ...facts, ...settled(state, message.conversation, facts) }
}

export function noted(state: State, note: Note): Partial<State> {
  const conversation = state.conversations[note.conversation]
  const known = conversation && (conversation.notes ?? 0) < note.position
  const conversations = known ? { ...state.conversations, [conversation.id]: { ...conversation, notes: note.position } } : state.conversations
  const facts = { notes: joined(state.notes, note), conversations }
  return { ...facts, ...settled(state, note.conversation, facts) }
}

type Page = { conversation: Conversation; messages: readonly Message[]; notes?: readonly Note[] }

/** A page of a stream: the first one (`from` is the position that it follows), a gap's filling, or an older one. */
export function paged(state: State, page: Page, from = 0): Partial<State> {
  const { id } = page.conversation
  const notes = page.notes ?? []
  const known = listed(state, [page.conversation])
  const streams = {
    messages: { ...state.messages, [id]: merge(state.messages[id] ?? emptyStream<Message>(), page.messages, from) },
    notes: { ...state.notes, [id]: merge(state.notes[id] ?? emptyStream<Note>(), notes, (notes[0]?.position ?? 1) - 1) },
  }
  return { ...known, ...streams, ...settled(state, id, streams) }
}

export function receipted(state: State, receipt: Events['receipt']): Partial<State> | null {
  const conversation = state.conversations[receipt.conversation]
  if (!conversation) return null
  const side = receipt.by.kind === 'contact' ? 'contact' : 'agent'
  const read = { ...conversation.read, [side]: furthest(conversation.read[side], receipt.read) }
  const delivered = { ...conversation.delivered, [side]: furthest(conversation.delivered[side], furthest(receipt.delivered ?? 0, receipt.read)) }
  const after = { ...conversation, read, delivered, unread: unread(state, conversation, read.agent) }
  return { conversations: { ...state.conversations, [conversation.id]: after }, ...viewed(state, conversation, after) }
}

/** What the agents have not read, counted where the stream is held and guessed downwards where it isn't. */
function unread(state: State, conversation: Conversation, read: number): number {
  if (read >= conversation.position) return 0
  if (read === conversation.read.agent) return conversation.unread
  const behind = state.messages[conversation.id]?.items.filter(
    (message) => message.position > read && message.kind === 'text' && message.author.kind === 'contact',
  )
  return Math.min(conversation.unread, behind?.length ?? conversation.position - read)
}

export function typed(state: State, { conversation, by, on, text }: Events['typing'], now: number): Partial<State> | null {
  // A colleague who writes in the same conversation is worth knowing; what my other tab does is not.
  if (by.kind !== 'contact' && (by.kind !== 'agent' || by.id === looker(state).me)) return null
  if (!on) return state.typing[conversation] ? { typing: without(state.typing, conversation) } : null
  return { typing: { ...state.typing, [conversation]: { kind: by.kind, id: by.id, name: by.name, until: now + TYPING_FOR, ...(text ? { text } : {}) } } }
}

export function typingEnded(state: State, now: number): Partial<State> | null {
  const still = Object.entries(state.typing).filter(([, typing]) => typing.until > now)
  return still.length === Object.keys(state.typing).length ? null : { typing: Object.fromEntries(still) }
}

export function seen(state: State, { kind, id, online }: Events['presence']): Partial<State> {
  if (kind === 'agent') return { agents: state.agents.map((agent) => (agent.id === id ? { ...agent, online } : agent)) }
  const conversations = { ...state.conversations }
  for (const conversation of Object.values(conversations)) {
    if (conversation.contact.id === id) conversations[conversation.id] = { ...conversation, contact: { ...conversation.contact, online } }
  }
  return { conversations }
}

/** A colleague, or this agent, takes conversations, is busy or away. */
export const turned = (state: State, { agent, state: to }: Events['availability']): Partial<State> => ({
  agents: state.agents.map((one) => (one.id === agent ? { ...one, state: to } : one)),
})

/** A contact gave a name or an address: every conversation with them shows it. */
export function introduced(state: State, { id, name, email }: Events['contact']): Partial<State> {
  const conversations = { ...state.conversations }
  for (const conversation of Object.values(conversations)) {
    if (conversation.contact.id === id) conversations[conversation.id] = { ...conversation, contact: { ...conversation.contact, name, email } }
  }
  return { conversations }
}

/** Too far behind to catch up: forget the stream, so that opening begins anew. */
export const forgotten = (state: State, conversation: number): Partial<State> => ({
  messages: without(state.messages, conversation),
  notes: without(state.notes, conversation),
})

/** People were erased: what they wrote, and what was written about it, goes with them. */
export function erased(state: State, contacts: readonly number[]): Partial<State> {
  const theirs = new Set(Object.values(state.conversations).filter(({ contact }) => contacts.includes(contact.id)).map(({ id }) => String(id)))
  const rest = <Value>(all: Readonly<Record<number, Value>>) => Object.fromEntries(Object.entries(all).filter(([id]) => !theirs.has(id))) as Record<number, Value>
  return { conversations: rest(state.conversations), messages: rest(state.messages), notes: rest(state.notes), typing: rest(state.typing) }
}

/** Buttons for calls come and go at once; calls that go on are told by themselves. */
export function waysOfCalls({ session }: State, { calls, phones }: Events['call.ways']): Partial<State> {
  const talks = session?.permissions.includes('calls.talk')
  return { session: session && { ...session, calls: calls && talks ? session.calls ?? [] : undefined, phones: phones && talks } }
}
