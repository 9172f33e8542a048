import { useRef } from 'preact/hooks'
import type { Ui } from '../start'
import { Icon } from './icons'
import { Note } from './note'
import { Window } from './window'

export function App({ ui }: { ui: Ui }) {
  const { chat, words, stage } = ui
  const launcher = useRef<HTMLButtonElement>(null)
  const wasOpened = useRef(false)
  const isOpen = chat.isOpen()
  const unread = chat.unread()
  wasOpened.current ||= isOpen

  const open = (): void => chat.setOpen(true)
  const close = (): void => {
    const hadFocus = stage.focused()
    chat.setOpen(false)
    // After the next drawing: on a phone the launcher is not there while the chat is.
    if (hadFocus) setTimeout(() => launcher.current?.focus())
  }

  const news = chat.announced()
  const note = isOpen ? undefined : chat.note()
  stage.root.classList.toggle('open', isOpen)
  return (
    <>
      {wasOpened.current && <Window ui={ui} close={close} />}
      {note && <Note ui={ui} message={note} open={open} />}
      {chat.isShown() && (
        <button
          class="launcher" ref={launcher} aria-expanded={isOpen} onClick={isOpen ? close : open}
          aria-label={isOpen ? words('closeChat') : words('openChat') + (unread ? `, ${words('unread', { n: unread })}` : '')}
        >
          <Icon key={String(isOpen)} name={isOpen ? 'down' : 'chat'} />
          {unread > 0 && !isOpen && <span class="badge" aria-hidden="true">{unread > 99 ? '99+' : unread}</span>}
        </button>
      )}
      {/* Read out once, also while the chat is closed. */}
      <div class="hush" aria-live="polite">
        {news && <p key={news.id}>{words('says', { name: news.author.name, text: news.text || news.attachments[0]?.name || '' })}</p>}
      </div>
    </>
  )
}
