import type { Ui } from '../start'
import { Icon, IconButton } from './icons'
import { mayCall, startCall, Window } from './window'

export function App({ ui }: { ui: Ui }) {
  const { chat, words, stage, laters } = ui
  const look = ui.look()
  const isOpen = chat.isOpen()
  const news = chat.announced()
  const note = isOpen ? undefined : chat.note()
  const Note = note && laters.note.now?.Note
  if (note && !Note) laters.note().catch(() => {})
  const Outside = laters.calls.now?.Outside
  const open = (): void => chat.setOpen(true)
  const close = (): void => {
    const hadFocus = stage.focused()
    chat.setOpen(false)
    // After the next drawing: on a phone the launcher is not there while the chat is.
    if (hadFocus) setTimeout(() => stage.find('.launcher')?.focus())
  }
  return (
    <div class={isOpen ? 'open' : ''}>
      {(isOpen || stage.find('.window')) && <Window ui={ui} close={close} isOpen={isOpen} />}
      {!isOpen && Outside && <Outside ui={ui} />}
      {Note && <Note ui={ui} message={note} open={open} />}
      {chat.isShown() && (isOpen || (look && !look.hidden)) && <Launcher ui={ui} isOpen={isOpen} act={isOpen ? close : open} />}
      {!isOpen && chat.session()?.call_button && mayCall(ui) && chat.isShown() && look && !look.hidden && (
        <IconButton icon="call" class="launcher beside" label={words('call')} onClick={() => startCall(ui)} />
      )}
      {/* Read out once, also while the chat is closed. */}
      <div class="hush" aria-live="polite">
        {news && <p key={news.id}>{words('says', { name: news.author.name, text: news.text || news.attachments[0]?.name || '' })}</p>}
      </div>
    </div>
  )
}

function Launcher({ ui: { chat, words, look }, isOpen, act }: { ui: Ui; isOpen: boolean; act: () => void }) {
  const unread = isOpen ? 0 : chat.unread()
  const name = isOpen ? '' : words('launcher')
  const label = (name || words(isOpen ? 'closeChat' : 'openChat')) + (unread ? `, ${words('unread', { n: unread })}` : '')
  return (
    <button class={name ? 'launcher named' : 'launcher'} aria-label={label} aria-expanded={isOpen} onClick={act}>
      <Icon key={String(isOpen)} name={isOpen ? 'down' : 'chat'} path={isOpen ? undefined : look()?.path || undefined} />
      {name}
      {unread > 0 && <span class="badge" aria-hidden="true">{unread > 99 ? '99+' : unread}</span>}
    </button>
  )
}
