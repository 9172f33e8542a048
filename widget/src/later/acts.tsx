import type { Ui } from '../start'
import { UNBORN } from '../threads'
import type { Entry } from '../timeline'
import type { WireError } from '../../shared/types'

import { kit } from './kit'

export { borrow } from './kit'
export { default as styles } from './acts.css'

/** What a visitor does with one message: answer it, copy it, and change or delete what is their own, for a while. */

const MINUTE = 60_000

type Act = { label: string; act: () => void; stays?: boolean }

/** Closes the menu that is open. */
let close: ((refocus?: boolean) => void) | undefined

/** The message that is being changed, and what the server said against it. */
let changing: number | undefined
let problem = ''

const isRecent = ({ chat }: Ui, { at }: Entry): boolean =>
  Date.now() - +at < (chat.session()?.application.edit_minutes ?? 0) * MINUTE

/** Opens the menu of a message, or closes it. Arrows move, Esc and a click elsewhere close, the focus goes back to the button. */
export function toggleMenu(ui: Ui, entry: Entry, button: HTMLElement): void {
  const again = button.getAttribute('aria-expanded') === 'true'
  close?.()
  if (again) return
  const { words } = ui
  const { id, conversation, text, author, own } = entry
  const isMine = own && isRecent(ui, entry)
  const isHere = conversation === ui.chat.current()?.id && conversation! < UNBORN
  const acts: (Act | false | undefined)[] = [
    isHere && { label: words('messageReply'), act: () => reply(ui, entry) },
    !!text && { label: words('messageCopy'), act: () => void navigator.clipboard?.writeText(text).catch(() => {}) },
    isMine && !!text && {
      label: words('messageChange'),
      act: () => {
        changing = id
        problem = ''
        ui.chat.redraw()
      },
    },
    isMine && {
      label: words('messageDelete'),
      stays: true,
      act: () => fill([
        { label: words('messageDeleteSure'), act: () => void change(ui, entry).then(() => focusList(button)) },
        { label: words('messageKeep'), act: () => button.focus() },
      ]),
    },
  ]
  const menu = document.createElement('div')
  menu.className = 'acts'
  menu.setAttribute('role', 'menu')
  menu.setAttribute('aria-label', words('messageActs', { name: own ? words('you') : author!.name }))
  const root = button.getRootNode() as ShadowRoot
  const place = button.closest<HTMLElement>('.body')!
  const elsewhere = (event: Event): void => {
    const path = event.composedPath()
    if (!path.includes(menu) && !path.includes(button)) close?.(false)
  }
  close = (refocus = true) => {
    close = undefined
    removeEventListener('pointerdown', elsewhere, true)
    menu.remove()
    button.setAttribute('aria-expanded', 'false')
    if (refocus) button.focus({ preventScroll: true })
  }
  const items = (): HTMLElement[] => [...menu.children] as HTMLElement[]
  const fill = (list: Act[]): void => {
    menu.replaceChildren(...list.map(({ label, act, stays }) => {
      const item = document.createElement('button')
      item.type = 'button'
      item.setAttribute('role', 'menuitem')
      item.tabIndex = -1
      item.textContent = label
      item.onclick = () => {
        if (!stays) close?.(false)
        act()
      }
      return item
    }))
    items()[0]!.focus({ preventScroll: true })
  }
  menu.onkeydown = (event) => {
    const all = items()
    const now = all.indexOf(root.activeElement as HTMLElement)
    const next = { ArrowDown: now + 1, ArrowUp: now - 1 + all.length, Home: 0, End: all.length - 1 }[event.key]
    if (event.key === 'Escape' || event.key === 'Tab') {
      // The chat stays open.
      event.stopPropagation()
      event.preventDefault()
      close?.()
    } else if (next !== undefined) {
      event.preventDefault()
      all[next % all.length]!.focus()
    }
  }
  button.setAttribute('aria-expanded', 'true')
  place.append(menu)
  fill(acts.filter((each): each is Act => !!each))
  const [at, room] = [button.getBoundingClientRect(), place.getBoundingClientRect()]
  const below = at.bottom - room.top
  menu.style.top = `${Math.max(4, below + menu.offsetHeight < room.height ? below : at.top - room.top - menu.offsetHeight)}px`
  menu.style.left = `${Math.max(8, Math.min(at.left - room.left, room.width - menu.offsetWidth - 8))}px`
  addEventListener('pointerdown', elsewhere, true)
}

const focusList = (button: HTMLElement): void => (button.isConnected ? button : undefined)?.closest<HTMLElement>('.scroll')?.focus()

/** Puts what is answered above the composer, and the cursor into it. */
function reply({ chat, stage }: Ui, { id, conversation, position, text, attachments, author }: Entry): void {
  chat.draft.reply_to = { id: id!, conversation: conversation!, position: position!, author: author!, text: (text || attachments[0]?.name || '').slice(0, 140) }
  chat.saveDraft()
  chat.redraw()
  stage.root.querySelector('textarea')?.focus()
}

/** Lets the message say something else, or takes it back. Rejects with what the server says against it. */
async function change({ chat }: Ui, { id, conversation }: Entry, text?: string): Promise<void> {
  const which = { conversation: conversation!, message: id! }
  const { message } = await (text === undefined ? chat.socket().send('message.delete', which) : chat.socket().send('message.edit', { ...which, text }))
  chat.threads.onMessage(message)
}

/** What is answered, above the composer. */
export function Answered({ ui: { chat, words } }: { ui: Ui }) {
  const { author, text } = chat.draft.reply_to!
  const drop = (): void => {
    delete chat.draft.reply_to
    chat.saveDraft()
    chat.redraw()
  }
  return (
    <div class="answered">
      <div class="quoted"><b>{words('messageReplyTo', { name: author.kind === 'contact' ? words('you') : author.name })}</b> {text}</div>
      <kit.IconButton icon="close" label={words('messageReplyDrop')} onClick={drop} />
    </div>
  )
}

export const isChanging = ({ id }: Entry): boolean => id !== undefined && id === changing

const begun = new WeakSet<Element>()

/** A field with the words of a message, in its place. Enter saves, Esc leaves it as it was. */
export function Changing({ ui, entry }: { ui: Ui; entry: Entry }) {
  const { chat, words } = ui
  let field: HTMLTextAreaElement
  const end = (): void => {
    const item = field.closest('.entry')
    changing = undefined
    problem = ''
    chat.redraw()
    // The bubble is back after the next drawing.
    setTimeout(() => item?.querySelector<HTMLElement>('.more')?.focus())
  }
  const save = (event: Event): void => {
    event.preventDefault()
    const text = field.value.trim()
    if (!text || text === entry.text) return end()
    change(ui, entry, text).then(end, (error: WireError) => {
      const minutes = chat.session()?.application.edit_minutes ?? 0
      problem = error.code === 'forbidden' ? words('messageTooLate', { n: minutes }) : words(error.code === 'text_too_long' ? 'text_too_long' : 'messageNotChanged')
      chat.redraw()
    })
  }
  return (
    <form class="changing" onSubmit={save} onClick={(event) => event.stopPropagation()}>
      <textarea
        rows={2} aria-label={words('messageChange')}
        ref={(now) => {
          if (!now) return
          field = now
          if (begun.has(now)) return
          begun.add(now)
          now.value = entry.text
          now.focus()
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) save(event)
          if (event.key !== 'Escape') return
          event.stopPropagation()
          end()
        }}
      />
      {problem && <div class="problem" role="alert">{problem}</div>}
      <div class="choices">
        <button type="button" onClick={end}>{words('messageCancel')}</button>
        <button type="submit" class="save">{words('messageSave')}</button>
      </div>
    </form>
  )
}
