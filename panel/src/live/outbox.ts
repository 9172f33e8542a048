import { newId } from '@shared/ids'
import type { Conversation, Message, Note } from '@shared/types'
import { CommandError, type Connection } from './connection'
import { all, put, remove } from './database'
import * as facts from './facts'
import { RANKS, type Deed, type Outgoing } from './state'
import type { Store } from './store'
import { upload } from './uploads'

/** After a refusal that may pass. Lost links need no timer: the next connection flushes again. */
const TRY_AGAIN_AFTER = 3_000

export type Draft = Pick<Outgoing, 'conversation' | 'kind' | 'text' | 'files' | 'form' | 'to' | 'mentions' | 'size' | 'buttons' | 'picture' | 'reply_to'>

/** Asks the browser to wake the service worker when the network is back: it sends what waits when this page is gone. */
function wakeLater(): void {
  type Waking = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }
  void navigator.serviceWorker?.ready.then((registration) => (registration as Waking).sync?.register('outbox')).catch(() => {})
}

/**
 * What was sent and is not yet acknowledged. It survives reloads, goes out in order (one at a time for each conversation),
 * and is sent again under the same client id until the server answers: the server stores it once.
 */
export class Outbox {
  private readonly busy = new Set<number>()

  constructor(private readonly store: Store, private readonly owner: string, private readonly connection: () => Connection | undefined) {}

  /** Takes over what was kept. Called at the start, and when the service worker has added something. */
  async load(): Promise<void> {
    const known = new Set(this.store.get().outbox.map(({ client_id }) => client_id))
    const kept = (await all<Outgoing>('outbox').catch(() => [])).filter(({ owner, client_id }) => owner === this.owner && !known.has(client_id))
    kept.sort((a, b) => (a.at < b.at ? -1 : 1))
    this.store.change(({ outbox }) => ({ outbox: [...kept, ...outbox] }))
  }

  send(draft: Draft): void {
    const outgoing: Outgoing = { ...draft, client_id: newId(), owner: this.owner, at: new Date().toISOString(), state: 'waiting' }
    this.store.change(({ outbox }) => ({ outbox: [...outbox, outgoing] }))
    // Kept before it is sent, so that a reload in between loses nothing; a browser without room still sends.
    void this.keep(outgoing).then(() => this.flush())
    if (this.store.get().phase !== 'online') wakeLater()
  }

  /** A decision about a conversation, to be carried out when the link is back. A newer one of its kind takes the place of an older one. */
  decide(conversation: number, kind: Deed, to: number | null = null): void {
    for (const one of this.store.get().outbox) {
      const alike = sort(one.kind) === sort(kind) && (sort(kind) !== 'label' || one.to === to)
      if (one.conversation === conversation && alike) this.drop(one.client_id)
    }
    this.send({ conversation, kind, to, text: '', files: [] })
  }

  /** The page goes: what still waits is the service worker's. */
  leave(): void {
    if (this.store.get().outbox.some(({ state }) => state === 'waiting')) wakeLater()
  }

  retry(client_id: string): void {
    const outgoing = this.find(client_id)
    if (!outgoing) return
    // An id that stands for another text on the server can never be sent again; a new one can.
    const fresh = outgoing.error?.code === 'client_id_reused' ? newId() : client_id
    if (fresh !== client_id) void remove('outbox', client_id)
    // A file that the server no longer has is still here: it is uploaded anew.
    const files = outgoing.error?.code === 'attachment_missing' ? outgoing.files.map((file) => ({ ...file, id: undefined })) : outgoing.files
    this.edit(client_id, { client_id: fresh, files, state: 'waiting', error: undefined })
    this.flush()
  }

  drop(client_id: string): void {
    void remove('outbox', client_id)
    this.store.change(({ outbox }) => ({ outbox: outbox.filter((outgoing) => outgoing.client_id !== client_id) }))
  }

  /** Sends what waits. Called on every new connection and after every change; safe to call at any time. */
  flush(): void {
    const connection = this.connection()
    if (!connection || this.store.get().phase !== 'online') return
    const conversations = new Set(this.store.get().outbox.filter(({ state }) => state === 'waiting').map(({ conversation }) => conversation))
    for (const conversation of conversations) if (!this.busy.has(conversation)) void this.drain(connection, conversation)
  }

  private async drain(connection: Connection, conversation: number): Promise<void> {
    this.busy.add(conversation)
    try {
      for (let next; (next = this.first(conversation)); ) await this.deliver(connection, next)
    } catch (error) {
      if (error instanceof CommandError) setTimeout(() => this.flush(), TRY_AGAIN_AFTER)
    } finally {
      this.busy.delete(conversation)
    }
    // Sent while this was giving up because of a link that is already back: nobody else would pick it up.
    if (this.connection() !== connection) this.flush()
  }

  private async deliver(connection: Connection, outgoing: Outgoing): Promise<void> {
    try {
      if (outgoing.kind === 'note') this.arrived(outgoing, (await connection.ask('note.add', noteOf(outgoing))).note)
      else if (outgoing.kind !== 'message') this.done(outgoing, await carryOut(connection, outgoing))
      else this.arrived(outgoing, (await connection.ask('message.send', await this.messageOf(connection, outgoing))).message)
    } catch (error) {
      if (!(error instanceof CommandError) || error.wire.retryable) throw error
      this.edit(outgoing.client_id, { state: 'failed', error: error.wire })
    }
  }

  private async messageOf(connection: Connection, outgoing: Outgoing) {
    const { client_id, conversation, text, form, size, reply_to, buttons, picture } = outgoing
    const files = [...outgoing.files]
    for (const [index, file] of files.entries()) {
      if (file.id !== undefined) continue
      files[index] = { ...file, id: (await upload(connection, file, () => {})).id }
      this.edit(client_id, { files: [...files] })
    }
    const large = picture && files.find(({ type }) => type.startsWith('image/'))?.id
    return { client_id, conversation, text, size, buttons, ...(large ? { picture: large } : {}), ...(form ? { form } : {}), ...(reply_to ? { reply_to } : {}), ...(files.length ? { attachments: files.map((file) => file.id!) } : {}) }
  }

  /** Acknowledged: it stays in sight as sent until the stream shows it (a gap may lie before it). */
  private arrived(outgoing: Outgoing, item: Message | Note): void {
    void remove('outbox', outgoing.client_id)
    this.store.change((state) => {
      const held = state.messages[outgoing.conversation] !== undefined
      const outbox = held
        ? state.outbox.map((one) => (one.client_id === outgoing.client_id ? { ...one, state: 'sent' as const } : one))
        : state.outbox.filter((one) => one.client_id !== outgoing.client_id)
      const next = { ...state, outbox }
      return { outbox, ...('attachments' in item ? facts.said(next, item) : facts.noted(next, item)) }
    })
  }

  private done({ client_id }: Outgoing, conversation: Conversation): void {
    this.drop(client_id)
    this.store.change((state) => facts.changed(state, conversation))
  }

  private first(conversation: number): Outgoing | undefined {
    return this.store.get().outbox.find((outgoing) => outgoing.conversation === conversation && outgoing.state === 'waiting')
  }

  private find(client_id: string): Outgoing | undefined {
    return this.store.get().outbox.find((outgoing) => outgoing.client_id === client_id)
  }

  private edit(client_id: string, part: Partial<Outgoing>): void {
    this.store.change(({ outbox }) => ({ outbox: outbox.map((one) => (one.client_id === client_id ? { ...one, ...part } : one)) }))
    const outgoing = this.find(part.client_id ?? client_id)
    if (outgoing) void this.keep(outgoing)
  }

  private keep(outgoing: Outgoing): Promise<unknown> {
    return put('outbox', outgoing.client_id, outgoing).catch(() => {})
  }
}

const noteOf = ({ client_id, conversation, text, mentions }: Outgoing) => ({ client_id, conversation, text, ...(mentions?.length ? { mentions } : {}) })

/** Deeds of one sort undo each other. */
const sort = (kind: Outgoing['kind']): string => (['close', 'reopen', 'pending', 'snooze'].includes(kind) ? 'turn' : kind === 'unlabel' ? 'label' : kind)

/** What an agent decided, done over the socket. Raises CommandError, NoAnswer. */
export async function carryOut(connection: Connection, { kind, conversation, to = null }: Pick<Outgoing, 'kind' | 'conversation' | 'to'>): Promise<Conversation> {
  if (kind === 'assign') return (await connection.ask('conversation.assign', { conversation, agent: to })).conversation
  if (kind === 'group') return (await connection.ask('conversation.group', { conversation, group: to })).conversation
  if (kind === 'snooze') return (await connection.ask('conversation.snooze', { conversation, until: to! })).conversation
  if (kind === 'priority') return (await connection.ask('conversation.priority', { conversation, priority: to ? RANKS[to - 1]! : null })).conversation
  if (kind === 'label' || kind === 'unlabel') return (await connection.ask('conversation.label', { conversation, ...(kind === 'label' ? { add: [to!] } : { remove: [to!] }) })).conversation
  return (await connection.ask(`conversation.${kind as 'close' | 'reopen' | 'pending'}`, { conversation })).conversation
}
