import { Component } from 'preact'
import type { Ui } from '../start'
import { Icon } from './icons'
import { Window } from './window'

type Props = { ui: Ui }

export class App extends Component<Props> {
  private launcher: HTMLButtonElement | null = null
  private wasOpened = false

  private readonly open = (): void => this.props.ui.chat.setOpen(true)

  private readonly close = (): void => {
    const { chat, stage } = this.props.ui
    const hadFocus = stage.focused()
    chat.setOpen(false)
    // After the next drawing: on a phone the launcher is not there while the chat is.
    if (hadFocus) setTimeout(() => this.launcher?.focus())
  }

  render({ ui }: Props) {
    const { chat, words, stage, laters } = ui
    const isOpen = chat.isOpen()
    const news = chat.announced()
    const note = isOpen ? undefined : chat.note()
    const Note = note && laters.note.now?.Note
    if (note && !Note) laters.note().catch(() => {})
    this.wasOpened ||= isOpen
    stage.root.classList.toggle('open', isOpen)
    return (
      <>
        {this.wasOpened && <Window ui={ui} close={this.close} isOpen={isOpen} />}
        {Note && <Note ui={ui} message={note} open={this.open} />}
        {chat.isShown() && this.button(isOpen)}
        {/* Read out once, also while the chat is closed. */}
        <div class="hush" aria-live="polite">
          {news && <p key={news.id}>{words('says', { name: news.author.name, text: news.text || news.attachments[0]?.name || '' })}</p>}
        </div>
      </>
    )
  }

  private button(isOpen: boolean) {
    const { chat, words } = this.props.ui
    const unread = isOpen ? 0 : chat.unread()
    const label = words(isOpen ? 'closeChat' : 'openChat') + (unread ? `, ${words('unread', { n: unread })}` : '')
    return (
      <button
        class="launcher" ref={(button) => void (this.launcher = button)} aria-label={label} aria-expanded={isOpen}
        onClick={isOpen ? this.close : this.open}
      >
        <Icon key={String(isOpen)} name={isOpen ? 'down' : 'chat'} />
        {unread > 0 && <span class="badge" aria-hidden="true">{unread > 99 ? '99+' : unread}</span>}
      </button>
    )
  }
}
