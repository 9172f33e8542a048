import type { ShownModal } from '../../shared/modal/types'
import { said } from '../../shared/modal/view'
import type { Message, MessageButton } from '../../shared/types'
import { readJson } from '../shelf'
import type { Ui } from '../start'
import { UNBORN } from '../threads'

type Kept = { message: Message; read: boolean; until: number }
type Tell = (did: { modal: number; did: 'seen' | 'clicked' | 'dismissed'; button?: string }) => void

/** So long it stays beside the chat, on this page and the next ones. */
const LASTS = 24 * 3_600_000

/**
 * Automatic messages that nobody has answered yet: each is the one message of a conversation that is not born. The
 * server hears of it with the answer, and begins the conversation with it.
 */
export function createUnborn({ chat, formats }: Ui, tell: Tell) {
  const shown = new Set<number>()
  const kept = readJson<Kept>(chat.shelf, 'unborn')
  if (kept && kept.until > Date.now()) put(kept.message, kept.read)

  function put(message: Message, read: boolean): void {
    shown.add(message.conversation)
    chat.threads.onMessage(message)
    if (read) chat.threads.get(message.conversation)!.conversation.read.contact = 1
  }

  function begin(modal: ShownModal): void {
    const conversation = UNBORN + modal.id
    if (chat.threads.get(conversation)) return
    const language = formats.locale.slice(0, 2)
    const words = modal.blocks.filter(({ kind }) => kind === 'text').map(({ text }) => said(text, language)).join('\n\n')
    const buttons: MessageButton[] = modal.blocks.filter(({ kind }) => kind === 'button')
      .map(({ text, url, act, reply }) => ({ label: said(text, language), url: act === 'link' ? url : '', reply: act === 'reply' ? said(reply, language) : '' }))
    const picture = modal.blocks.find(({ picture }) => picture)?.picture
    // Between what was put away and what comes next.
    const id = Math.max(Number(chat.shelf.get('dismissed')), Number(chat.shelf.get('noticed'))) + 0.001
    const message: Message = {
      id, conversation, position: 1, client_id: null, kind: 'text', text: words, attachments: picture ? [picture] : [],
      size: modal.show_as, buttons, picture: picture?.id, author: modal.author!, at: new Date().toISOString(),
    }
    if (modal.often === 'session' || modal.often === 'until_clicked') chat.visit.set(`modal:${modal.id}`, '1')
    keep({ message, read: false, until: Date.now() + LASTS })
    put(message, false)
    tell({ modal: modal.id, did: 'seen' })
  }

  const keep = (next: Kept): void => chat.shelf.set('unborn', JSON.stringify(next))

  return {
    begin,
    /** Notes what was read, and lets go of what was answered. */
    look(): void {
      const now = readJson<Kept>(chat.shelf, 'unborn')
      for (const id of shown) {
        const thread = chat.threads.get(id)
        if (thread && now && !now.read && thread.conversation.read.contact) keep({ ...now, read: true })
        if (thread) continue
        shown.delete(id)
        if (now?.message.conversation === id) chat.shelf.remove('unborn')
      }
    },
    clicked: (conversation: number) => tell({ modal: conversation - UNBORN, did: 'clicked' }),
    dismissed(conversation: number): void {
      tell({ modal: conversation - UNBORN, did: 'dismissed' })
      chat.threads.drop(conversation)
      chat.shelf.remove('unborn')
    },
  }
}
