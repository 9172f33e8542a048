import { emptyStream, hasGap, heldUntil, merge, type Stream } from '../shared/stream'
import type { Conversation, Message, Resumed, Sides, StreamPosition } from '../shared/types'
import type { Socket } from './socket'

/** What the widget needs to know about a conversation. */
export type State = Pick<Conversation, 'id' | 'status' | 'position' | 'read' | 'delivered' | 'unread' | 'revision' | 'updated_at' | 'rating'>

/** One conversation as this page holds it. */
export type Thread = {
  conversation: State
  stream: Stream<Message>
  /** What lies before this position was not asked for yet. */
  from: number
  /** Messages up to here were announced, or were history when the page came. */
  heard: number
  loaded: 'no' | 'busy' | 'yes'
}

const PAGE = 40

/** Conversations above this are automatic messages that nobody has answered: the server does not know them yet. */
export const UNBORN = 4e15

export type Threads = ReturnType<typeof createThreads>

/**
 * The conversations of this visitor, each gap-free: whatever arrives out of turn waits until the hole before it
 * is filled from the server. `heard` gets each message of the stream once, as it takes its place live.
 */
export function createThreads(socket: () => Socket, changed: () => void, heard: (message: Message) => void) {
  const threads = new Map<number, Thread>()
  let resuming = false

  const newestFirst = (): Thread[] => [...threads.values()].sort((a, b) => b.conversation.id - a.conversation.id)

  function see(conversation: State): Thread {
    let thread = threads.get(conversation.id)
    if (!thread) {
      thread = { conversation, stream: emptyStream(), from: 0, heard: conversation.position, loaded: 'no' }
      threads.set(conversation.id, thread)
    } else thread.conversation = newer(thread.conversation, conversation)
    changed()
    return thread
  }

  function place(thread: Thread, messages: Message[]): void {
    thread.stream = merge(thread.stream, messages, thread.from)
    for (const message of thread.stream.items) {
      if (message.position <= thread.heard) continue
      thread.heard = message.position
      heard(message)
    }
    if (hasGap(thread.stream) && !resuming) void fill(thread)
    changed()
  }

  /** Asks for what is missing, page by page, until the stream has no hole. */
  async function fill(thread: Thread): Promise<void> {
    if (thread.loaded !== 'yes') return
    thread.loaded = 'busy'
    const answer = await ask(thread, heldUntil(thread.stream, thread.from)).catch(() => null)
    thread.loaded = 'yes'
    // Without an answer the connection is down, and its return resumes every stream.
    if (answer?.messages.length) place(thread, answer.messages)
  }

  async function ask(thread: Thread, after: number, limit?: number) {
    const answer = await socket().send('conversation.open', { conversation: thread.conversation.id, after, limit })
    see(answer.conversation)
    return answer
  }

  /** Loads the newest page, unless it is there or on its way. */
  async function open(thread: Thread): Promise<void> {
    if (thread.loaded !== 'no') return
    thread.loaded = 'busy'
    const from = Math.max(0, thread.conversation.position - PAGE)
    try {
      const { messages } = await ask(thread, from)
      thread.from = from
      thread.loaded = 'yes'
      place(thread, messages)
    } catch {
      thread.loaded = 'no'
    }
  }

  /** The conversation whose earlier part comes next when the visitor scrolls up. */
  const toContinue = (): Thread | undefined => newestFirst().find(({ loaded, from }) => loaded === 'no' || from > 0)

  let loadingOlder = false
  async function older(): Promise<void> {
    const thread = toContinue()
    if (!thread || loadingOlder) return
    loadingOlder = true
    try {
      if (thread.loaded === 'no') await open(thread)
      else {
        const from = Math.max(0, thread.from - PAGE)
        const { messages } = await ask(thread, from, thread.from - from)
        thread.from = from
        place(thread, messages)
      }
    } catch {
      // The next scroll asks again.
    }
    loadingOlder = false
  }

  function onMessage(message: Message): void {
    // The first message of a conversation may overtake the news that there is one.
    const thread = threads.get(message.conversation) ?? see(begunBy(message))
    if (message.position > thread.conversation.position) {
      thread.conversation.position = message.position
      if (isFromTeam(message)) thread.conversation.unread++
    }
    if (thread.loaded === 'no') {
      thread.heard = Math.min(thread.heard, message.position - 1)
      if (message.position > 1) return void open(thread)
      thread.loaded = 'yes' // A stream that begins here has no history to load.
    }
    place(thread, [message])
  }

  async function resume(): Promise<void> {
    const held = newestFirst().filter(({ loaded, conversation }) => loaded === 'yes' && conversation.id < UNBORN)
    const streams: Record<string, StreamPosition> = {}
    for (const thread of held) streams[thread.conversation.id] = { position: heldUntil(thread.stream, thread.from) }
    resuming = true
    try {
      const answer = await socket().send('resume', { streams })
      resuming = false
      for (const thread of held) catchUp(thread, answer.streams[thread.conversation.id])
    } finally {
      resuming = false
    }
  }

  function catchUp(thread: Thread, answer: Resumed | undefined): void {
    if (!answer) return
    thread.loaded = 'yes'
    if (answer.reload) {
      thread.stream = emptyStream()
      thread.loaded = 'no'
      void open(thread)
      return
    }
    see(answer.conversation)
    place(thread, answer.messages)
  }

  return {
    newestFirst, see, open, older, onMessage, resume,
    get: (id: number) => threads.get(id),
    clear: () => threads.clear(),
    drop(id: number | false) {
      if (threads.delete(id as number)) changed()
    },
  }
}

/** A conversation of which only its first message is known yet; revision 0 gives way to any other. */
const begunBy = ({ conversation, position, at }: Message): State => ({
  id: conversation, status: 'open', position, read: { contact: 0, agent: 0 }, delivered: { contact: 0, agent: 0 }, unread: 0,
  revision: 0, updated_at: at,
})

/** The newer state; how far somebody read or received never goes back. */
function newer(held: State, told: State): State {
  const [first, last] = told.revision < held.revision ? [told, held] : [held, told]
  return { ...last, read: furthest(first.read, last.read), delivered: furthest(first.delivered, last.delivered) }
}

const furthest = (a: Sides, b: Sides): Sides => ({ contact: Math.max(a.contact, b.contact), agent: Math.max(a.agent, b.agent) })

/** What the visitor has not read: counted where it is held, otherwise as the server says. */
export function unreadIn({ conversation, stream, from, loaded }: Thread): number {
  const read = conversation.read.contact
  if (loaded !== 'yes' || from > read) return conversation.unread
  return stream.items.filter((item) => item.position > read && isFromTeam(item)).length
}

export const isFromTeam = (message: Message): boolean => message.kind === 'text' && message.author.kind !== 'contact'
