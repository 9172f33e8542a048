import type { Outgoing } from './outgoing'
import type { Thread } from './threads'
import type { Attachment, Author, Message } from '../shared/types'

export type State = 'sending' | 'sent' | 'delivered' | 'read' | 'notSent'

/** One bubble: a message of the stream, or one that still waits in the outbox. */
export type Entry = {
  key: string
  text: string
  attachments: Attachment[]
  at: Date
  /** Of what the visitor wrote. */
  state?: State
  letter?: Outgoing
}

/** What stands together: one author within one minute, or one thing that happened. */
export type Group = { key: string; day: string; author: Author; own: boolean; event?: string; entries: Entry[] }

const MINUTE = 60_000
const me: Author = { kind: 'contact', id: 0, name: '' }

/**
 * All conversations of the visitor as one run, as people know it from messengers: by time between conversations,
 * by position within each, and what is not sent yet at the end.
 */
export function timeline(threads: Thread[], letters: Outgoing[]): Group[] {
  const groups: Group[] = []
  const known = new Set<string>()
  for (const [message, thread] of inOrder(threads)) {
    if (message.client_id) known.add(message.client_id)
    const { author, attachments, text } = message
    const at = new Date(message.at)
    const key = message.client_id ?? String(message.id)
    // Edits and deletions take their place in the stream; what they change on the screen comes with them later.
    if (message.kind === 'event') groups.push({ key, day: dayOf(at), author, own: false, event: text, entries: [] })
    else if (message.kind === 'text') {
      put(groups, author, { key, text, attachments, at, state: stateOf(message, thread) })
    }
  }
  for (const letter of letters) {
    if (known.has(letter.client_id)) continue // Another tab is about to take it out of the outbox.
    const { text, attachments } = letter
    const state = letter.error ? 'notSent' : 'sending'
    put(groups, me, { key: letter.client_id, text, attachments, at: new Date(letter.at), state, letter })
  }
  return groups
}

/** Merges the streams by time without ever changing the order within one. */
function* inOrder(threads: Thread[]): Generator<[Message, Thread]> {
  const rest = threads.map((thread) => ({ thread, next: 0 }))
  for (;;) {
    let first: (typeof rest)[number] | undefined
    let earliest: Message | undefined
    for (const each of rest) {
      const message = each.thread.stream.items[each.next]
      if (message && (!earliest || message.at < earliest.at)) [first, earliest] = [each, message]
    }
    if (!first) return
    first.next++
    yield [earliest!, first.thread]
  }
}

function put(groups: Group[], author: Author, entry: Entry): void {
  const own = author.kind === 'contact'
  const last = groups[groups.length - 1]
  const before = last?.entries[last.entries.length - 1]
  const day = dayOf(entry.at)
  const isSame = before && last.day === day && last.own === own && (own || last.author.id === author.id)
  if (isSame && Math.floor(+before.at / MINUTE) === Math.floor(+entry.at / MINUTE)) last.entries.push(entry)
  else groups.push({ key: entry.key, day, author, own, entries: [entry] })
}

const dayOf = (at: Date): string => at.toDateString()

function stateOf({ author, position }: Message, { conversation }: Thread): State | undefined {
  if (author.kind !== 'contact') return
  return position <= conversation.read.agent ? 'read' : position <= conversation.delivered.agent ? 'delivered' : 'sent'
}
