import { newId } from '../shared/ids'
import { createOutbox } from '../shared/outbox'
import type {
  Attachment, Events, Message, PageView, VisitorSession, WireError,
} from '../shared/types'
import { forgetUser, rememberUser } from './cookie'
import type { Laters } from './later'
import type { Uploads } from './later/uploads'
import { hasFacts, identityIn, type Options } from './options'
import type { Answered, Outgoing } from './outgoing'
import { createReceipts } from './receipts'
import { openShelf, readJson } from './shelf'
import { openSocket, type Socket } from './socket'
import { createThreads, isFromTeam, UNBORN, unreadIn, type State } from './threads'
import { createTypingSigns, createTypist } from './typing'
import type { Words } from './words'

/** The page's callbacks run by themselves: what they throw is the page's. */
const callPage = <Args extends unknown[]>(callback: ((...args: Args) => void) | undefined, ...args: Args): void => {
  if (callback) setTimeout(callback, 0, ...args)
}

export type Chat = ReturnType<typeof createChat>

/** Short breaks heal before they are worth a word. */
const BREAK_WORTH_TELLING = 1500
/** Waking and coming online often happen together; one question is enough. */
const PROBE_PAUSE = 5000

type Setting = { base: string; options: Options; words: Words; laters: Laters; redraw: () => void }

/** Everything the widget knows and does, without how it looks. */
export function createChat({ base, options, words, laters, redraw }: Setting) {
  const key = String(options.apiKey ?? options.appKey)
  const shelf = openShelf(`switchboard:${key}:`)
  const visit = openShelf(`switchboard:${key}:`, 'sessionStorage')
  const tab = newId()

  let session: VisitorSession | null = null
  let connection: 'new' | 'up' | 'down' | 'refused' = 'new'
  let breakTimer = 0
  let lastProbe = 0
  let isOpen = false
  let sentToken: string | null = null
  let announced: Message | null = null

  /** Whether the visitor may be followed: as the site says, or as the visitor said when the site asks them. */
  const isAgreed = ({ consent = 'given' }: Options = options): boolean =>
    consent === 'given' || (consent === 'required' && !!shelf.get('agreed'))
  /** Who does not agree has no connection before they open the chat. */
  let wantsChat = false

  const isMuted = (): boolean => !!shelf.get('muted')
  const getSocket = (): Socket => socket
  const threads = createThreads(getSocket, redraw, heard)
  const typist = createTypist(redraw)
  const outbox = createOutbox<Outgoing>(shelf, tab, deliver, redraw)
  const receipts = createReceipts(getSocket, threads.newestFirst, () => isOpen && !document.hidden, redraw)
  const isShown = () => session?.application.preview && isAgreed()
  const typing = createTypingSigns((on) => {
    const conversation = current()?.id
    if (conversation) socket.send('typing', { conversation, on, text: on && isShown() ? draft.text.slice(-500) : undefined }).catch(() => {})
  }, isShown)

  const address = new URL('socket.io/?EIO=4&transport=websocket', base).href.replace(/^http/, 'ws')
  const socket = openSocket(address, '/visitor', {
    auth, down, refused, woken, wanted: () => wantsChat || isAgreed(), event,
  })

  // ——— connection

  function auth(): object {
    sentToken = shelf.get('token')
    const consent = isAgreed()
    return {
      key,
      visitor_token: sentToken ?? undefined,
      consent,
      // A signature proves whose conversations these are; a mere name says whom to follow.
      page: (told = views[0]),
      identity: consent || options.identity || options.user_hash ? identityIn(options) : undefined,
      browser: consent ? {
        language: navigator.language,
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        screen: `${screen.width}x${screen.height}`,
      } : undefined,
    }
  }

  const events: { [Name in keyof Events]?: (payload: Events[Name]) => void } = {
    session: (given) => begin(given as VisitorSession),
    message: threads.onMessage,
    conversation: (told) => {
      const thread = threads.see(told)
      // A conversation that somebody began while we watch: hold it from its first message on.
      if (isOpen) void threads.open(thread)
    },
    receipt: ({ conversation, by, read = 0, delivered = 0 }) => {
      const held = threads.get(conversation)?.conversation
      const side = by.kind === 'contact' ? 'contact' : 'agent'
      if (!held) return
      held.read[side] = Math.max(held.read[side], read)
      held.delivered[side] = Math.max(held.delivered[side], delivered, read)
      if (side === 'contact' && held.read.contact >= held.position) held.unread = 0
      redraw()
    },
    typing: ({ by, on }) => typist.hear(by, on),
    presence: ({ kind, id, online }) => {
      const team = session?.application
      if (!team || kind !== 'agent') return
      for (const agent of team.agents) if (agent.id === id) agent.online = online
      team.online = online || team.agents.some((agent) => agent.online)
      redraw()
    },
    modal: (modal) => void laters.modals().then(({ present }) => present(modal), () => {}),
    drain: ({ retry_in }) => socket.reconnect(retry_in),
  }

  /** What was said of calls, until the part that understands it has come and heard it. */
  const rung: [string, unknown][] = []

  function event(name: string, payload: never): void {
    if (name.startsWith('call.')) {
      rung.push([name, payload])
      redraw()
    } else events[name as keyof Events]?.(payload)
  }

  function begin(given: VisitorSession): void {
    // Two new tabs at once: the one that came second takes over the token of the first.
    const token = shelf.get('token')
    if (token && token !== sentToken && token !== given.visitor_token) return socket.reconnect()
    shelf.set('token', given.visitor_token)
    if (isAgreed()) rememberUser(given.user_key)
    const isFirst = !session
    // Somebody else, by another identity: what the one before said is not theirs to see.
    if (session && session.user_key !== given.user_key) threads.clear()
    session = given
    connection = 'up'
    clearTimeout(breakTimer)
    breakTimer = 0
    for (const conversation of given.conversations) threads.see(conversation)
    if (views[0] === told) views.shift()
    void tellPages()
    tellMore(options)
    void catchUp()
    if (isFirst) callPage(options.onLoad)
    redraw()
  }

  /** First what was missed, then what was written meanwhile: in the order in which people said it. */
  async function catchUp(): Promise<void> {
    await threads.resume().catch(() => {})
    await loadHistory()
    uploads?.resume()
    await outbox.flush()
    receipts.tellSoon()
  }

  /** Without an open window only what is unread is worth its bytes. */
  async function loadHistory(): Promise<void> {
    const wanted = threads.newestFirst().filter((thread, place) => unreadIn(thread) || (isOpen && place === 0))
    await Promise.all(wanted.map(threads.open))
    receipts.tellSoon()
  }

  function down(): void {
    if (connection === 'down' || connection === 'refused') return
    connection = 'down'
    breakTimer = setTimeout(() => {
      breakTimer = 0
      redraw()
    }, BREAK_WORTH_TELLING)
  }

  function refused(error: WireError): void {
    if (/^token_/.test(error.code) && sentToken) {
      // The contact was erased or the token has run out: the visitor begins anew.
      shelf.remove('token')
      return socket.reconnect()
    }
    if (error.code === 'forbidden') {
      // A bot, or a browser that looks like one: it may chat, as those do who don't want to be followed.
      options.consent = 'denied'
      return socket.reconnect()
    }
    connection = 'refused'
    // The one line that tells whoever embeds the widget what to repair.
    console.warn(`Switchboard: ${error.message} (${error.code})`)
    redraw()
  }

  function woken(): void {
    if (Date.now() - lastProbe < PROBE_PAUSE) return
    lastProbe = Date.now()
    // Asks for what was missed; without an answer the connection only looked whole.
    threads.resume().then(receipts.tellSoon, () => connection === 'up' && socket.reconnect())
  }

  // ——— messages

  function heard(message: Message): void {
    outbox.drop(message.client_id ?? '')
    typist.hear(message.author, false)
    receipts.tellSoon()
    const isAdmin = message.author.kind !== 'contact'
    if (message.kind === 'text') callPage(options.onMessage, { content: message.text, isAdmin })
    if (!isFromTeam(message)) return
    announced = message
    redraw()
    // One tab of several speaks up: the first to claim the message.
    if (Number(shelf.get('noticed')) >= message.id) return
    if (isOpen && !document.hidden && document.hasFocus()) return
    shelf.set('noticed', String(message.id))
    laters.notices().then(({ beep, blinkTitle }) => {
      if (shelf.get('spoken') && !isMuted()) beep()
      blinkTitle(words('news', { name: message.author.name }))
    }, () => {})
  }

  /** Where the visitor's next message goes: on with the conversation that moved last, unless it is over. */
  function current(): State | undefined {
    const open = threads.newestFirst().map((thread) => thread.conversation).filter(({ status }) => status !== 'closed')
    return open.sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1))[0]
  }

  async function deliver({ client_id, text, attachments, conversation, reply_to }: Outgoing): Promise<void> {
    const isUnborn = conversation! > UNBORN
    const { message } = await socket.send('message.send', {
      client_id,
      text,
      conversation: isUnborn ? undefined : conversation,
      // The first answer brings the conversation into the world.
      answers: isUnborn && threads.get(conversation!) ? conversation! - UNBORN : undefined,
      attachments: attachments.map(({ id }) => id),
      reply_to: reply_to?.id,
    })
    threads.drop(isUnborn && conversation!)
    threads.onMessage(message)
  }

  function say(text: string): void {
    const attachments = uploads?.take() ?? []
    // Right after a reload nobody knows which conversations there are: what is answered says where it belongs.
    const conversation = current()?.id ?? (session ? undefined : draft.reply_to?.conversation)
    // What was answered may be over meanwhile: then it is said without.
    const reply_to = draft.reply_to?.conversation === conversation ? draft.reply_to : undefined
    delete draft.reply_to
    saveDraft('')
    shelf.set('spoken', '1')
    typing(false)
    outbox.add({ client_id: newId(), text, attachments, conversation, reply_to })
  }

  function retry({ client_id, error, reply_to }: Outgoing): void {
    const conversation = current()?.id
    // Whatever was refused was not stored: a taken id gives way to a new one, a conversation that is gone to the next.
    outbox.retry(client_id, {
      client_id: error?.code === 'client_id_reused' ? newId() : client_id,
      conversation,
      reply_to: reply_to?.conversation === conversation ? reply_to : undefined,
    })
  }

  // ——— files and drafts

  let uploads: Uploads | null = null

  async function getUploads(): Promise<Uploads> {
    const { createUploads } = await laters.files()
    return (uploads ??= createUploads(base, getSocket, () => {
      saveDraft()
      redraw()
    }))
  }

  function attach(files: ArrayLike<File> | null): void {
    const list = Array.from(files ?? []) // Now: the browser empties the list of a drop when its event is over.
    if (list.length) getUploads().then(({ add }) => list.forEach((file) => add(file, session?.application.attachments)), () => {})
  }

  type Draft = { text: string; attachments: Attachment[]; reply_to?: Answered }
  const draft = readJson<Draft>(shelf, 'draft') ?? { text: '', attachments: [] }
  if (draft.attachments.length) getUploads().then(({ restore }) => restore(draft.attachments), () => {})

  function saveDraft(text = draft.text): void {
    draft.text = text
    if (uploads) draft.attachments = uploads.finished()
    if (text || draft.attachments.length || draft.reply_to) shelf.set('draft', JSON.stringify(draft))
    else shelf.remove('draft')
  }

  // ——— the person and the page

  /** Pages of one who agreed that the server has not heard of yet; the first of them goes with the connection. */
  const views: PageView[] = []
  let told: PageView | undefined
  let place = ''
  let lastEvent = 0

  /** The page that is shown now; the one before is where the visitor came from. */
  function sendPage(url = location.href): void {
    const view = { url, title: document.title, referrer: place || document.referrer }
    place = url
    if (isAgreed() && views.push(view) === 1) void tellPages()
  }

  async function tellPages(): Promise<void> {
    try {
      for (; views[0] && connection === 'up'; views.shift()) await socket.send('page', views[0])
    } catch {
      // The next connection begins with it.
    }
  }

  /** Kept before it is told: many events are sent on the way to another page. */
  function sendEvent(name: string, data?: object): void {
    if (!isAgreed()) return
    lastEvent = Math.max(Date.now(), lastEvent + 1)
    visit.set('events', JSON.stringify([...(readJson<object[]>(visit, 'events') ?? []), { name, data, at: lastEvent }]))
    tellMore({})
  }

  /** What most visits have nothing of comes with a chunk of its own: facts about the person, and events. */
  function tellMore(given: Options): void {
    if (connection !== 'up' || !isAgreed() || !(hasFacts(given) || visit.get('events'))) return
    laters.facts().then(({ tell }) => tell(given, session!.user_key, visit, socket), () => {})
  }

  function setOptions(given: Options): void {
    const wasAgreed = isAgreed()
    const before = JSON.stringify(identityIn(options))
    Object.assign(options, given)
    if (given.consent === 'given') shelf.set('agreed', '1')
    if (!wasAgreed) sendPage()
    if (wasAgreed !== isAgreed() || JSON.stringify(identityIn(options)) !== before) socket.reconnect()
    else tellMore(given)
    redraw()
  }

  /** Another person sits down: nothing of the one before may be seen. */
  function forget(): void {
    for (const store of [shelf, visit]) for (const name of store.names()) store.remove(name)
    forgetUser()
  }

  function setOpen(open: boolean): void {
    if (isOpen === open) return
    receipts.tell() // What was in view a moment ago was read.
    isOpen = open
    if (open && !wantsChat) {
      wantsChat = true
      if (!isAgreed()) socket.reconnect()
    }
    visit.set('open', open ? '1' : '')
    if (open && connection === 'up') void loadHistory()
    receipts.tellSoon()
    redraw()
    callPage(open ? options.onOpen : options.onClose)
  }

  const listeners = new AbortController()
  const { signal } = listeners
  addEventListener('storage', redraw, { signal }) // Another tab wrote or sent something.
  addEventListener('focus', receipts.tellSoon, { signal })
  document.addEventListener('visibilitychange', receipts.tellSoon, { signal })

  return {
    options, rung, threads, outbox, typist, attach, typing, draft, key, shelf, visit, socket: getSocket,
    session: () => session,
    connection: () => connection,
    isOpen: () => isOpen,
    uploads: () => uploads,
    isMuted,
    /** The newest message for the ears of a screen reader. */
    announced: () => announced,
    unread: () => threads.newestFirst().reduce((sum, thread) => sum + unreadIn(thread), 0),
    /** Long enough without a connection to say so. */
    isCutOff: () => connection === 'refused' || (connection === 'down' && !breakTimer),
    /** The site may hide the launcher; a chat that the server refuses from the start does not show at all. */
    isShown: () => isOpen || (options.state !== 'hidden' && (connection !== 'refused' || session !== null)),
    /** Whether the last conversation is over and the next message begins one. */
    isOver: () => threads.newestFirst().length > 0 && !current(),
    /** The newest unread message that wants to be seen without an open window. */
    note: () => threads.newestFirst().flatMap(({ conversation, stream }) => stream.items.filter(({ size, position, id }) =>
      (size === 'bubble' || size === 'popup') && position > conversation.read.contact && id > Number(shelf.get('dismissed')))).pop(),
    dismiss({ id }: Message) {
      shelf.set('dismissed', String(id))
      redraw()
    },
    /** Whether the chat was open on the page before; a phone, which it fills, starts with the page instead. */
    wasOpen: () => visit.get('open') === '1' && innerWidth >= 480,
    current, redraw, say, retry, saveDraft, setOpen, setOptions, forget, sendPage, sendEvent, isAgreed,
    mute(muted: boolean) {
      shelf.set('muted', muted ? '1' : '')
      redraw()
    },
    href: (path: string) => new URL(path, base).href,
    close() {
      listeners.abort()
      socket.close()
    },
  }
}
