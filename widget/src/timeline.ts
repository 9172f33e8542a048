import type { Outgoing } from './outgoing'
import type { Thread } from './threads'
import type { Attachment, Author, Message, MessageButton, Quote } from '../shared/types'

export type State = 'sending' | 'sent' | 'delivered' | 'read' | 'notSent'

/** One bubble: a message of the stream, or one that still waits in the outbox. */
export type Entry = {
  key: string
  text: string
  attachments: Attachment[]
  /** A form that the company asks to fill in, and the message that brought it. */
  form?: number
  buttons?: MessageButton[]
  reply_to?: Quote
  deleted?: boolean
  /** Of what the server has: where it stands, and who said it. */
  id?: number
  conversation?: number
  position?: number
  author?: Author
  own?: boolean
  /** Whether it was changed. */
  edited?: string | number
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
  const changes = new Map(threads.flatMap(({ stream }) => stream.items.map((item) => [item.of, item])))
  for (const { message, thread } of inOrder(threads)) {
    if (message.client_id) known.add(message.client_id)
    // A change takes its place in the stream too, and shows where the message stands that it changes.
    const now = changes.get(message.id) ?? message
    const deleted = now.deleted ?? now.kind === 'delete'
    const { author, attachments, form, buttons, reply_to } = deleted ? { ...message, attachments: [], form: undefined, buttons: undefined, reply_to: undefined } : message
    const { text, edited } = now
    const at = new Date(message.at)
    const key = message.client_id ?? String(message.id)
    if (message.kind === 'event') groups.push({ key, day: dayOf(at), author, own: false, event: text, entries: [] })
    else if (message.kind === 'text') {
      put(groups, author, { key, text, attachments, form, buttons, reply_to, deleted, edited: edited ?? now.of, id: message.id, conversation: message.conversation, position: message.position, author, own: author.kind === 'contact', at, state: stateOf(message, thread) })
    }
  }
  for (const letter of letters) {
    if (known.has(letter.client_id)) continue // Another tab is about to take it out of the outbox.
    const { text, attachments, reply_to } = letter
    const state = letter.error ? 'notSent' : 'sending'
    put(groups, me, { key: letter.client_id, text, attachments, reply_to, at: new Date(letter.at), state, letter })
  }
  return groups
}

/** All messages by time, but never against the order within a stream, whatever the clocks of the servers said. */
function inOrder(threads: Thread[]): { message: Message; thread: Thread; at: string }[] {
  const all = threads.flatMap((thread) => {
    let at = ''
    return thread.stream.items.map((message) => ({ message, thread, at: (at = message.at > at ? message.at : at) }))
  })
  return all.sort((a, b) => (a.at < b.at ? -1 : +(a.at > b.at)))
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
