import { hasGap, heldUntil } from '@shared/stream'
import type { AgentSession, Call, CallSignal, Conversation, Events, Message, Note, StreamPosition, WireError } from '@shared/types'
import { CommandError, Connection, NoAnswer } from './connection'
import * as facts from './facts'
import { carryOut, Outbox } from './outbox'
import { rest } from './rest'
import * as snapshot from './snapshot'
import { without, type Deed, type State } from './state'
import { Store } from './store'
import { Watching } from './watching'
import { belongs, keyIn, question, savedOf, type View } from './views'
import type { Counted, InboxView } from './saved-views'

/** One screenful and a half: opening is quick, and the first scroll up finds something. */
const PAGE = 50
/** Streams that are kept up to date; the least recently opened one is let go, and opens anew when asked for. */
const HELD = 20
/** So many more are kept because they may be opened next. */
const GUESSED = 6
const SAVE_AFTER = 1_500
/** Addresses of files in messages expire; a stream held for longer is opened anew. */
const OLD_AFTER = 12 * 3_600_000
/** Several agents hear the same message: whoever is first reports it delivered, the others see that and stay quiet. */
const DELIVERED_AFTER = 250
const FILL_AFTER = 150
/** Another node may remember a count for three seconds. */
const MOVED_AFTER = [300, 3_500]

export type Ears = {
  refused: (error: WireError) => void
  /** Something was said by a contact, for the first time and right now. */
  heard: (message: Message) => void
  /** A colleague wrote a note, just now. */
  noted: (note: Note) => void
  /** Somebody else put this agent in charge. */
  given: (conversation: Conversation) => void
  /** The link is back and lists may be stale. */
  back: () => void
  page: (page: Events['page']) => void
  contact: (contact: Events['contact']) => void
  replaced: (replaced: Events['replaced']) => void
  delivery: (delivery: Events['delivery']) => void
  presence: (presence: Events['presence']) => void
  looking: (looking: Events['looking']) => void
  segment: (segment: Events['segment']) => void
  /** Sizes of segments, views, tags and lists: what is shown of them is asked for again. */
  segments: () => void
  views: () => void
  labels: () => void
  inbox: () => void
  inboxOperation: (operation: Events['inbox.operation']) => void
  fault: (fault: Events['fault']) => void
  firstHour: () => void
  /** A promised time is nearly over, or over. */
  promise: (promise: Events['sla']) => void
  operation: (operation: Events['operation']) => void
  form: (submission: Events['form']) => void
  /** Something of the CRM is different: what is shown of it is asked for again. */
  crm: (kind: CrmKind) => void
  /** A call rings, goes on otherwise or is over; its other device says how it is reached. */
  call: (name: string, told: Call | CallSignal) => void
}
/** Calls that are remembered, those that are over too: so many go on at once nowhere. */
const CALLS = 50
export const known = (calls: readonly Call[], call: Call): Call[] => [call, ...calls.filter(({ id }) => id !== call.id)].slice(0, CALLS)

export type CrmKind = 'deal' | 'activity' | 'note' | 'pipeline'

/** Where a page ended: what to ask next, and what its last conversation was sorted by. */
export type ListPage = { cursor: string | null; until: string }

/** The panel's side of the hub: the store, kept true by one connection, and what an agent can do. */
export class Live {
  readonly store = new Store()
  readonly outbox: Outbox
  private readonly watching = new Watching((contacts) => this.link.ask('contact.watch', { contacts }))
  private connection: Connection | undefined
  private readonly order: number[] = []
  private readonly guessed: number[] = []
  private readonly coming = new Map<number, Promise<void>>()
  private readonly openedAt = new Map<number, number>()
  private readonly filling = new Set<number>()
  private readonly asking = new Set<number>()
  /** Conversations that this agent is taking: nobody has to tell them. */
  private readonly taking = new Set<number>()
  private readonly lastHeard = new Map<number, number>()
  private readonly reading = new Map<number, number>()
  private readonly delivering = new Map<number, ReturnType<typeof setTimeout>>()
  private saving: ReturnType<typeof setTimeout> | undefined
  private counting: ReturnType<typeof setTimeout> | undefined
  private moving: ReturnType<typeof setTimeout>[] = []
  private readonly ticking: ReturnType<typeof setInterval>
  private readonly ears = new Set<Partial<Ears>>()
  /** Who tells of promised times comes a moment behind the panel, and misses none of them. */
  private readonly unheard: Events['sla'][] = []

  constructor(readonly token: string, readonly owner: string) {
    this.outbox = new Outbox(this.store, owner, () => this.connection)
    this.ticking = setInterval(() => this.store.change((state) => facts.typingEnded(state, Date.now())), 1_000)
    this.store.subscribe(() => this.saveSoon())
  }

  async start(): Promise<void> {
    const { state, at, opened } = await snapshot.load(this.owner)
    this.store.change(() => state)
    for (const id of opened) {
      this.order.push(id)
      this.openedAt.set(id, at)
    }
    await this.outbox.load()
    this.connection = new Connection(this.token, {
      call: (name, told) => {
        if ('state' in told) this.store.change(({ calls }) => ({ calls: known(calls, told) }))
        this.tell('call', name, told)
      },
      up: () => {},
      down: () => {
        this.store.change(({ phase }) => (phase === 'offline' ? null : { phase: 'offline', typing: {} }))
        this.saveNow()
      },
      refused: (error) => this.tell('refused', error),
      session: (session) => void this.welcomed(session as AgentSession),
      message: (message) => this.heard(message),
      note: (note) => {
        this.fact((state) => facts.noted(state, note), note.conversation)
        if (!note.of) this.tell('noted', note)
      },
      receipt: (receipt) => this.store.change((state) => facts.receipted(state, receipt)),
      typing: (typing) => this.store.change((state) => facts.typed(state, typing, Date.now())),
      delivery: (delivery) => this.tell('delivery', delivery),
      looking: (looking) => this.tell('looking', looking),
      presence: (presence) => {
        this.store.change((state) => facts.seen(state, presence))
        this.tell('presence', presence)
      },
      conversation: (conversation) => this.announced(conversation),
      page: (page) => this.tell('page', page),
      segment: (segment) => {
        this.moved(segment)
        this.tell('segment', segment)
      },
      segments: () => {
        this.askViewsAgain(() => true)
        this.tell('segments')
      },
      views: () => this.tell('views'),
      labels: () => this.tell('labels'),
      'inbox.operation': (operation) => this.tell('inboxOperation', operation),
      inbox: () => {
        void this.learnViews()
        this.tell('inbox')
      },
      operation: (operation) => this.tell('operation', operation),
      form: (submission) => this.tell('form', submission),
      deal: () => this.tell('crm', 'deal'),
      activity: () => this.tell('crm', 'activity'),
      'crm.note': () => this.tell('crm', 'note'),
      pipeline: () => this.tell('crm', 'pipeline'),
      application: ({ application }) => this.store.change(({ session }) => ({ session: session && { ...session, application } })),
      fault: (fault) => this.tell('fault', fault),
      'first.hour': () => this.tell('firstHour'),
      'call.ways': (ways) => this.store.change((state) => facts.waysOfCalls(state, ways)),
      groups: ({ groups }) => {
        this.store.change(() => ({ groups }))
        this.recountSoon()
      },
      sla: (promise) => this.tell('promise', promise),
      availability: (availability) => this.store.change((state) => facts.turned(state, availability)),
      contact: (contact) => {
        this.store.change((state) => facts.introduced(state, contact))
        this.tell('contact', contact)
      },
      replaced: (replaced) => {
        this.tell('replaced', replaced)
        if (replaced.into === null) this.erased(replaced.contacts)
      },
    })
    this.connection.start()
    addEventListener('pagehide', this.leave)
  }

  stop(): void {
    clearInterval(this.ticking)
    this.watching.stop()
    clearTimeout(this.saving)
    removeEventListener('pagehide', this.leave)
    for (const timer of this.moving) clearTimeout(timer)
    clearTimeout(this.counting)
    for (const timer of this.delivering.values()) clearTimeout(timer)
    // It stays, and answers nothing any more: parts of the page that are just leaving may still ask.
    this.connection?.stop()
  }

  /** Forgets what was kept for offline reading. The outbox stays: what was sent must go out when the person comes back. */
  async forget(): Promise<void> {
    this.stop()
    await snapshot.forget(this.owner)
  }

  /** Tells these ears what happens; the answer makes them deaf again. */
  hear(ears: Partial<Ears>): () => void {
    this.ears.add(ears)
    const { promise } = ears
    if (promise) queueMicrotask(() => this.unheard.splice(0).forEach((told) => promise(told)))
    return () => this.ears.delete(ears)
  }

  /** Lets the server tell of every change of these contacts; the answer ends it. */
  watch(contacts: readonly number[]): () => void {
    return this.watching.add(contacts)
  }

  private tell<Name extends keyof Ears>(name: Name, ...what: Parameters<Ears[Name]>): void {
    if (name === 'promise' && ![...this.ears].some((ears) => ears[name])) this.unheard.push(...what as Parameters<Ears['promise']>)
    for (const ears of [...this.ears]) (ears[name] as ((...what: Parameters<Ears[Name]>) => void) | undefined)?.(...what)
  }

  /** Asks our own API as the one who is signed in. Raises RestError. */
  rest<Answer = void>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Answer> {
    return rest<Answer>(this.token, method, path, body, signal)
  }

  get link(): Connection {
    if (!this.connection) throw new Error('not started')
    return this.connection
  }

  // What an agent does

  /** Makes sure that the newest page of a conversation is held. */
  async open(id: number): Promise<void> {
    this.touch(id)
    if (this.store.get().phase === 'online' && Date.now() - (this.openedAt.get(id) ?? Infinity) > OLD_AFTER) {
      this.store.change((state) => facts.forgotten(state, id))
    }
    return this.bring(id)
  }

  /** Gets the newest page of a conversation that is likely to be opened next, so that it is there at once. */
  ahead(id: number): void {
    const { phase, messages } = this.store.get()
    if (phase !== 'online' || messages[id] || this.coming.has(id)) return
    this.guessed.push(id)
    if (this.guessed.length > GUESSED) this.store.change((state) => facts.forgotten(state, this.guessed.shift()!))
    this.bring(id).catch(() => {})
  }

  private bring(id: number): Promise<void> {
    if (this.store.get().messages[id]) return Promise.resolve()
    const coming = this.coming.get(id) ?? this.newest(id).finally(() => this.coming.delete(id))
    this.coming.set(id, coming)
    return coming
  }

  private async newest(id: number): Promise<void> {
    this.openedAt.set(id, Date.now())
    this.store.change(({ opening }) => ({ opening: { ...opening, [id]: true } }))
    try {
      // The last position may be unknown (a link from outside): one message tells it.
      const position = this.store.get().conversations[id]?.position ?? (await this.link.ask('conversation.open', { conversation: id, limit: 1 })).position
      const after = Math.max(0, position - PAGE)
      const page = await this.link.ask('conversation.open', { conversation: id, after })
      this.fact((now) => ({ ...facts.paged(now, page, after), opening: without(now.opening, id) }), id)
    } finally {
      this.store.change(({ opening }) => (opening[id] ? { opening: without(opening, id) } : null))
    }
  }

  /** One page further back. True while there is more. */
  async older(id: number): Promise<void> {
    const first = this.store.get().messages[id]?.items[0]?.position ?? 1
    if (first <= 1) return
    const after = Math.max(0, first - 1 - PAGE)
    const page = await this.link.ask('conversation.open', { conversation: id, after, limit: first - 1 - after })
    this.store.change((state) => facts.paged(state, page))
  }

  /**
   * A page of a view, newest activity first. Conversations that were thought to belong into it and are not there
   * changed while nobody told us: each is asked for.
   */
  async list(view: View, after?: ListPage): Promise<ListPage> {
    const [saved, more] = [savedOf(view), after?.cursor ? { cursor: after.cursor } : {}]
    const { conversations, cursor, counts } = await (saved ? this.link.ask('conversation.view', { view: saved, ...more }) : this.link.ask('conversation.list', { ...question(view), ...more }))
    this.store.change((state) => ({ ...facts.listed(state, conversations), counts }))
    const ids = new Set(conversations.map(({ id }) => id))
    const { session, groups, views } = this.store.get()
    const who = { me: session?.agent.id ?? 0, groups, views }
    const until = cursor && conversations.length ? keyIn(view, conversations.at(-1)!, who) : ''
    for (const known of Object.values(this.store.get().conversations)) {
      const here = keyIn(view, known, who) > until && (!after || keyIn(view, known, who) < after.until)
      if (here && !ids.has(known.id) && belongs(view, known, who)) void this.learn(known.id)
    }
    this.deliveredSoon(...conversations.filter(({ last }) => last?.author.kind === 'contact').map(({ id }) => id))
    return { cursor, until }
  }

  /**
   * Closing, reopening, assigning, and giving to a group of agents show at once when the server agrees; its ack carries
   * the new state. Without a link they wait in the outbox. True when it is done. Raises CommandError.
   */
  async decide(conversation: number, kind: Deed, to: number | null = null): Promise<boolean> {
    const taken = kind === 'assign' && to === this.store.get().session?.agent.id
    if (taken) this.taking.add(conversation)
    try {
      this.announced(await carryOut(this.link, { conversation, kind, to }))
      return true
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      this.outbox.decide(conversation, kind, to)
      return false
    } finally {
      if (taken) this.taking.delete(conversation)
    }
  }

  /** A person with the pages they looked at; their conversations join the others. */
  async person(id: number) {
    const { contact, pages, conversations } = await this.link.ask('contact.open', { contact: id })
    this.store.change((state) => facts.listed(state, conversations))
    return { contact, pages, conversations: conversations.map((one) => one.id) }
  }

  read(id: number): void {
    const { conversations, messages, phase } = this.store.get()
    // Only what the contact wrote needs to be read; our own words would cost a receipt each.
    const position = messages[id]?.items.findLast(({ author }) => author.kind === 'contact')?.position ?? 0
    if (phase !== 'online' || position <= (conversations[id]?.read.agent ?? Infinity)) return
    if ((this.reading.get(id) ?? 0) >= position) return
    this.reading.set(id, position)
    // Shown as read only when the server knows it: a receipt that was lost is sent again by the next look.
    const by = { kind: 'agent' as const, id: this.store.get().session?.agent.id ?? 0 }
    this.link
      .ask('conversation.read', { conversation: id, position })
      .then(() => this.store.change((state) => facts.receipted(state, { conversation: id, by, read: position, delivered: position })))
      .catch(() => {})
      .finally(() => this.reading.delete(id))
  }

  // What the server says

  /** Nothing of erased people stays in this browser. */
  erased(contacts: readonly number[]): void {
    this.store.change((state) => facts.erased(state, contacts))
    this.recountSoon()
  }

  private async welcomed(session: AgentSession): Promise<void> {
    this.store.change(() => ({ session, agents: session.agents, groups: session.groups, counts: session.counts, calls: session.calls ?? [], phase: 'online', fresh: true, typing: {} }))
    this.watching.again()
    this.tell('back')
    void this.learnViews()
    await this.resume().catch(() => {})
    this.outbox.flush()
  }

  private async resume(): Promise<void> {
    const { messages, notes } = this.store.get()
    const held = Object.keys(messages).map(Number).filter((id) => messages[id]!.items.length)
    // A stream without a message has nothing to resume from, and one that was being opened is asked for anew.
    for (const id of Object.keys(messages).map(Number)) if (!held.includes(id)) this.lost(id)
    if (!held.length) return
    const streams: Record<string, StreamPosition> = {}
    for (const id of held) streams[id] = { position: heldUntil(messages[id]!), notes: notes[id] ? heldUntil(notes[id]) : 0 }
    const resumed = (await this.link.ask('resume', { streams })).streams
    for (const [key, stream] of Object.entries(resumed)) {
      const id = Number(key)
      if (stream.reload) this.lost(id)
      else this.fact((state) => facts.paged(state, stream), id)
    }
  }

  private lost(id: number): void {
    const latest = this.order.at(-1)
    this.store.change((state) => facts.forgotten(state, id))
    if (id === latest) void this.open(id).catch(() => {})
  }

  private heard(message: Message): void {
    const known = this.store.get().conversations[message.conversation]
    this.fact((state) => facts.said(state, message), message.conversation)
    if (!known) void this.learn(message.conversation)
    // A jump in positions means that something was missed: the state is asked for, not guessed.
    else if (message.position > known.position + 1) void this.learn(message.conversation)
    if (message.author.kind !== 'contact' || message.kind !== 'text') return
    this.deliveredSoon(message.conversation)
    // The state of a conversation may be told before its message, so what was heard is counted for itself.
    if (message.position <= (this.lastHeard.get(message.conversation) ?? 0)) return
    this.lastHeard.set(message.conversation, message.position)
    this.tell('heard', message)
  }

  private announced(conversation: Conversation): void {
    const { conversations, session } = this.store.get()
    const before = conversations[conversation.id]
    if (!before) this.recountSoon()
    this.fact((state) => facts.changed(state, conversation), conversation.id)
    const mine = (one: Conversation) => one.assignee?.id === session?.agent.id
    if (before && mine(conversation) && !mine(before) && !this.taking.has(conversation.id)) this.tell('given', conversation)
  }

  /** Changes the state, then fills the hole that the change may have shown. */
  private fact(change: (state: State) => Partial<State>, conversation: number): void {
    this.store.change(change)
    const { messages, opening, conversations } = this.store.get()
    const stream = messages[conversation]
    if (!stream || opening[conversation]) return
    // What is missing may be right behind: the state of a conversation and its message are told one after the other.
    if (hasGap(stream) || heldUntil(stream) < (conversations[conversation]?.position ?? 0)) setTimeout(() => void this.fill(conversation), FILL_AFTER)
  }

  private async fill(id: number): Promise<void> {
    if (this.filling.has(id)) return
    this.filling.add(id)
    try {
      for (;;) {
        const stream = this.store.get().messages[id]
        if (!stream || (!hasGap(stream) && heldUntil(stream) >= (this.store.get().conversations[id]?.position ?? 0))) return
        const page = await this.link.ask('conversation.open', { conversation: id, after: heldUntil(stream) })
        this.store.change((state) => facts.paged(state, page))
        if (!page.messages.length) return
      }
    } catch (error) {
      // Without an answer the next connection resumes; a conversation that is gone needs no filling.
      if (error instanceof CommandError && error.wire.retryable) setTimeout(() => void this.fill(id), 2_000)
    } finally {
      this.filling.delete(id)
    }
  }

  private async learn(id: number): Promise<void> {
    if (this.asking.has(id)) return
    this.asking.add(id)
    const page = await this.link.ask('conversation.open', { conversation: id, limit: 1 }).catch(() => undefined)
    this.asking.delete(id)
    if (!page) return
    this.store.change((state) => facts.listed(state, [page.conversation]))
    this.recountSoon()
  }

  /** Which saved views there are, and then how many each finds. */
  async learnViews(): Promise<void> {
    const { views } = await this.rest<{ views: InboxView[] }>('GET', 'inbox-views').catch(() => ({ views: undefined }))
    if (!views) return
    this.store.change(() => ({ views }))
    await this.countViews()
  }

  private async countViews(): Promise<void> {
    if (!this.store.get().views?.length) return
    const { counts } = await this.rest<{ counts: Record<number, Counted> }>('GET', 'inbox-views/counts').catch(() => ({ counts: undefined }))
    if (counts) this.store.change(() => ({ viewCounts: counts }))
  }

  /** Somebody has entered or left a segment: views that ask for it show their conversations at once. */
  private moved(segment: Events['segment']): void {
    this.store.change((state) => facts.segmented(state, segment))
    this.askViewsAgain((asked) => asked.includes(segment.segment))
  }

  /** Counts of views over segments, asked for now and once more when no node remembers an older one. */
  private askViewsAgain(concerns: (segments: number[]) => boolean): void {
    if (!this.store.get().views?.some(({ where }) => where.segments?.length && concerns(where.segments))) return
    for (const timer of this.moving) clearTimeout(timer)
    this.moving = MOVED_AFTER.map((after) => setTimeout(() => void this.countViews(), after))
  }

  private recountSoon(): void {
    clearTimeout(this.counting)
    this.counting = setTimeout(async () => {
      const answer = await this.link.ask('conversation.list', { status: 'open' }).catch(() => undefined)
      if (answer) this.store.change((state) => ({ ...facts.listed(state, answer.conversations), counts: answer.counts }))
      await this.countViews()
    }, 400)
  }

  /** Receipts for everything in these conversations that reached this panel. */
  deliveredSoon(...ids: number[]): void {
    for (const id of ids) {
      if (this.delivering.has(id)) continue
      const report = () => {
        this.delivering.delete(id)
        const conversation = this.store.get().conversations[id]
        if (!conversation || Math.max(conversation.delivered.agent, conversation.read.agent) >= conversation.position) return
        this.link.ask('conversation.delivered', { conversation: id, position: conversation.position }).catch(() => {})
      }
      this.delivering.set(id, setTimeout(report, DELIVERED_AFTER * (1 + Math.random())))
    }
  }

  // What is kept

  private touch(id: number): void {
    for (const held of [this.order, this.guessed]) if (held.includes(id)) held.splice(held.indexOf(id), 1)
    this.order.push(id)
    if (this.order.length > HELD) {
      const oldest = this.order.shift()!
      this.store.change((state) => facts.forgotten(state, oldest))
    }
  }

  private saveSoon(): void {
    if (!this.store.get().fresh) return
    this.saving ??= setTimeout(this.saveNow, SAVE_AFTER)
  }

  /** Also when the link breaks or the page goes: what was said last must be there for a start without a network. */
  private readonly saveNow = (): void => {
    clearTimeout(this.saving)
    this.saving = undefined
    if (this.store.get().fresh) void snapshot.save(this.owner, this.store.get(), this.order)
  }

  private readonly leave = (): void => {
    this.saveNow()
    this.outbox.leave()
  }
}
