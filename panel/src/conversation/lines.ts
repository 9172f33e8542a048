import { replaceEqualDeep } from '@tanstack/react-query'
import type { Attachment, Author, Conversation, Message, Note, Quote } from '@shared/types'
import type { Outgoing } from '../live/state'
import type { Sized } from './sized'

/** How far a message of ours has come. */
export type Progress = 'waiting' | 'failed' | 'sent' | 'delivered' | 'read'

export type Bubble = {
  id?: number; author?: Author; edited?: string; deleted?: boolean; quote?: Quote
  key: string; text: string; attachments: Attachment[]; form?: number; sized?: Sized; position?: number; outgoing?: Outgoing; progress?: Progress
}

/** What the conversation shows from top to bottom. */
export type Line =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'new'; key: string }
  | { kind: 'event'; key: string; id: number; conversation?: number; text: string; author: Author; at: string }
  | { kind: 'group'; key: string; author: Author; at: string; ours: boolean; named: boolean; bubbles: Bubble[] }
  | { kind: 'note'; key: string; id?: number; edited?: string; deleted?: boolean; author: Author; at: string; text: string; mentions?: number[]; position?: number; outgoing?: Outgoing }
  | { kind: 'deed'; key: string; outgoing: Outgoing }

/** What was said in a conversation that became a part of another one. */
export type Part = { messages: readonly Message[]; notes: readonly Note[] }

export type Source = {
  messages: readonly Message[]
  notes: readonly Note[]
  outbox: readonly Outgoing[]
  conversation: Conversation | undefined
  me: Author
  /** Messages of the contact behind this position get the "new" line; Infinity for none. */
  newFrom: number
  /** What was said in conversations that became parts of this one. */
  parts?: readonly Part[]
}

type Item =
  | { at: string; message: Message; part?: true }
  | { at: string; merge: NonNullable<Conversation['merged']>[number] }
  | { at: string; note: Note; part?: true }
  | { at: string; outgoing: Outgoing }

const minute = (at: string) => at.slice(0, 16)
const day = (at: string) => new Date(at).toDateString()

/** Messages and notes by time, then what is still on its way; grouped by author and minute. */
export function lines(source: Source): Line[] {
  const result: Line[] = []
  let previous: Item | undefined
  let divided = false
  for (const item of inOrder(source)) {
    if (!previous || day(previous.at) !== day(item.at)) result.push({ kind: 'day', key: `day ${day(item.at)}`, at: item.at })
    const theirs = 'message' in item && !item.part && item.message.author.kind === 'contact' && item.message.kind === 'text'
    if (theirs && !divided && item.message.position > source.newFrom) {
      divided = true
      result.push({ kind: 'new', key: 'new' })
    }
    add(result, item, source)
    previous = item
  }
  return result
}

/** The newest change of each thing that was changed: it comes as a record of its own, which shows nothing by itself. */
const changesOf = <T extends { of?: number }>(items: readonly T[]) => new Map(items.flatMap((change) => (change.of ? [[change.of, change] as const] : [])))

/** Messages with what they say now. */
export function amended(messages: readonly Message[]): readonly Message[] {
  const changes = changesOf(messages)
  if (!changes.size) return messages
  return messages.map((message) => {
    const change = changes.get(message.id)
    if (!change) return message
    return change.kind === 'delete' ? { ...message, text: '', attachments: [], form: undefined, reply_to: undefined, deleted: true } : { ...message, text: change.text, edited: change.edited ?? change.at }
  })
}

/** Notes with what they say now, without the records that changed them. */
function amendedNotes(notes: readonly Note[]): Note[] {
  const changes = changesOf(notes)
  return notes.flatMap((note) => {
    const change = changes.get(note.id)
    if (note.of) return []
    if (!change) return note
    return change.kind === 'delete' ? { ...note, text: '', mentions: undefined, deleted: true } : { ...note, text: change.text, mentions: change.mentions, edited: change.edited ?? change.at }
  })
}

/** Messages by time, but never against their positions, whatever the clocks of the servers said. */
function timed(messages: readonly Message[], part?: true): Item[] {
  let latest = ''
  return amended(messages).map((message) => ({ at: (latest = message.at > latest ? message.at : latest), message, part }))
}

function inOrder({ messages, notes, outbox, conversation, parts = [] }: Source): Item[] {
  const first = messages[0]
  // Notes from before the oldest message shown wait until its page comes.
  const shown = first && first.position > 1 ? notes.filter((note) => note.at >= first.at) : notes
  // What comes from elsewhere waits, too, until the page of its time is there.
  const from = first && first.position > 1 ? first.at : ''
  const others: Item[] = [
    ...parts.flatMap((part) => [...timed(part.messages, true), ...amendedNotes(part.notes).map((note) => ({ at: note.at, note, part: true as const }))]),
    ...(conversation?.merged ?? []).map((merge) => ({ at: merge.at, merge })),
  ].filter(({ at }) => at >= from)
  const stored: Item[] = [...timed(messages), ...amendedNotes(shown).map((note) => ({ at: note.at, note })), ...others]
  // Notes and parts find their place between the messages by time. The sort is stable.
  stored.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  const seen = new Set([...messages, ...notes].map(({ client_id }) => client_id))
  const waiting = outbox.filter((outgoing) => !seen.has(outgoing.client_id)).map((outgoing) => ({ at: outgoing.at, outgoing }))
  return [...stored, ...waiting]
}

function add(result: Line[], item: Item, source: Source): void {
  if ('merge' in item) {
    const { conversation: id, by, at } = item.merge
    result.push({ kind: 'event', key: `merge ${id}`, id, text: 'merged', author: by, at })
  } else if ('note' in item) {
    const { id, author, at, text, client_id, mentions, position, edited, deleted } = item.note
    result.push({ kind: 'note', key: client_id ?? `note ${id}`, id: item.part ? undefined : id, edited, deleted, author, at, text, mentions, position })
  } else if ('outgoing' in item && item.outgoing.kind === 'note') {
    const { client_id, at, text, mentions } = item.outgoing
    result.push({ kind: 'note', key: client_id, author: source.me, at, text, mentions, outgoing: item.outgoing })
  } else if ('outgoing' in item && item.outgoing.kind !== 'message') {
    result.push({ kind: 'deed', key: item.outgoing.client_id, outgoing: item.outgoing })
  } else if ('message' in item && item.message.kind === 'event') {
    const { id, conversation, author, at, text } = item.message
    result.push({ kind: 'event', key: `event ${id}`, id, conversation, author, at, text })
  } else if ('outgoing' in item || item.message.kind === 'text') {
    const bubble = 'outgoing' in item ? sending(item.outgoing) : item.part ? fixed(item.message) : shown(item.message, source.conversation)
    join(result, bubble, item, source)
  }
}

function join(result: Line[], bubble: Bubble, item: { at: string; message?: Message }, source: Source): void {
  const author = item.message?.author ?? source.me
  const group = result.at(-1)
  const same = group?.kind === 'group' && group.author.kind === author.kind && group.author.id === author.id
  if (same && minute(group.at) === minute(item.at)) group.bubbles.push(bubble)
  else result.push({ kind: 'group', key: `group ${bubble.key}`, author, at: item.at, ours: author.kind !== 'contact', named: !same, bubbles: [bubble] })
}

const sending = (outgoing: Outgoing): Bubble => ({ key: outgoing.client_id, text: outgoing.text, attachments: [], form: outgoing.form, sized: sizedOf(outgoing), outgoing, progress: outgoing.state })

/** What stands in a part is read, and decided about no more: its place is in another stream. */
const fixed = (message: Message): Bubble => ({ ...shown(message, undefined), id: undefined, position: undefined })

const sizedOf = ({ size, buttons }: Sized): Sized | undefined => (size || buttons ? { size, buttons } : undefined)

function shown({ id, client_id, text, attachments, form, size, buttons, author, position, edited, deleted, reply_to: quote }: Message, conversation: Conversation | undefined): Bubble {
  // The key of what was pending and of what is stored is the same, so that the bubble stays and only its tick changes.
  const bubble: Bubble = { id, author, edited, deleted, quote, key: client_id ?? `message ${id}`, text, attachments, form, sized: sizedOf({ size, buttons }), position }
  if (author.kind === 'contact' || !conversation) return bubble
  const { read, delivered } = conversation
  return { ...bubble, progress: position <= read.contact ? 'read' : position <= delivered.contact ? 'delivered' : 'sent' }
}

/** Keeps each line that says the same as before: then only what changed is drawn anew, however long the conversation is. */
export function kept(before: readonly Line[], after: readonly Line[]): Line[] {
  const known = new Map(before.map((line) => [line.key, line]))
  return after.map((line) => replaceEqualDeep(known.get(line.key), line))
}
