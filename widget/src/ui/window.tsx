import { Component } from './draw'
import type { Ui } from '../start'
import { Composer } from './composer'
import { Face } from './face'
import { IconButton } from './icons'
import { Messages } from './messages'

type Props = { ui: Ui; close: () => void; isOpen: boolean }

/** The chat itself. It stays in the page once it was opened, so that it comes back as it was left. */
export class Window extends Component<Props> {
  #box!: HTMLElement

  componentDidMount(): void {
    this.#takeFocus()
  }

  componentDidUpdate(before: Props): void {
    if (this.props.isOpen && !before.isOpen) this.#takeFocus()
  }

  /**
   * Only where the visitor opened it: a chat that comes back on the next page must not take the focus from it.
   * On a phone the keyboard would hide what was said: there the visitor asks for it.
   */
  #takeFocus(): void {
    if (navigator.userActivation?.isActive === false || this.props.ui.look()?.selector) return
    const target = this.props.ui.stage.isPhone() ? this.#box : this.#box.querySelector('textarea')
    target?.focus({ preventScroll: true })
  }

  readonly #drag = (event: DragEvent): void => {
    event.preventDefault()
    // The frame that says "drop it here" comes with what files need.
    const { files } = this.props.ui.laters
    if (files.now) files.now.showDrop(this.#box, event)
    else files().catch(() => {})
    if (event.type === 'drop') this.props.ui.chat.attach(event.dataTransfer?.files ?? null)
  }

  render({ ui, close, isOpen }: Props) {
    const { chat, words, laters } = ui
    const Call = laters.calls.now?.InChat
    return (
      <section
        class="window" role="dialog" aria-label={titleOf(ui)} hidden={!isOpen}
        ref={(box) => void (this.#box = box!)} tabIndex={-1}
        onKeyDown={(event) => event.key === 'Escape' && !ui.look()?.selector && close()}
        onDragOver={this.#drag} onDragLeave={this.#drag} onDrop={this.#drag}
      >
        <Header ui={ui} close={close} />
        {chat.isCutOff() && (
          <div class="banner" role="status">
            {words(chat.connection() === 'refused' ? 'refused' : 'offline')}
          </div>
        )}
        {Call && <Call ui={ui} />}
        {toAsk(ui) ? <Ask ui={ui} form={toAsk(ui)!} /> : <><Messages ui={ui} /><Composer ui={ui} /></>}
      </section>
    )
  }
}

/** The form that comes before the first message of somebody whom nobody knows. */
function toAsk({ chat, look }: Ui): number | undefined {
  const form = look()?.form
  const isKnown = !chat.session() || chat.session()!.contact.email || chat.threads.newestFirst().length || chat.shelf.get(`asked:${form}`)
  return isKnown ? undefined : form
}

const Ask = ({ ui, form }: { ui: Ui; form: number }) => (
  <div class="ask" ref={(place) => void (place && ui.laters.forms().then(({ fillAsk }) => fillAsk(ui, place, form), () => {}))} />
)

/** The widget's own title, else the company, as soon as it is known. */
const titleOf = ({ chat, words }: Ui): string =>
  words('title') || (chat.session()?.application.name ?? words('chat'))

/** Browsers lend a microphone to encrypted pages only. */
export const mayCall = ({ chat }: Ui): boolean => !!(chat.session()?.calls && navigator.mediaDevices)
export const startCall = (ui: Ui): void => void ui.laters.calls().then(({ call }) => call(ui), () => {})

function Header({ ui, close }: { ui: Ui; close: () => void }) {
  const { chat, words, look } = ui
  const { logo, selector } = look() ?? {}
  const team = chat.session()?.application
  const here = team?.agents.filter((agent) => agent.online) ?? []
  const faces = (here.length ? here : team?.agents ?? []).slice(0, 3)
  const sound = chat.isMuted() ? 'soundOn' : 'soundOff'
  return (
    <header class="head">
      {logo
        ? <img class="logo" src={chat.href(logo)} alt="" />
        : <div class="faces">{faces.map((agent) => <Face key={agent.id} {...agent} />)}</div>}
      <div class="team">
        <b>{titleOf(ui)}</b>
        <span>{team?.online && <i />}{team && words(team.online ? 'online' : 'away')}</span>
      </div>
      {team?.transcripts && chat.threads.newestFirst().length > 0 && (
        <IconButton icon="more" label={words('menu')} aria-haspopup="menu" aria-expanded="false" onClick={(event) => {
          const opener = (event as Event).currentTarget as HTMLElement
          ui.laters.menu().then(({ toggleMenu }) => toggleMenu(ui, opener), () => {})
        }} />
      )}
      {mayCall(ui) && <IconButton icon="call" label={words('call')} onClick={() => startCall(ui)} />}
      <IconButton icon={chat.isMuted() ? 'muted' : 'sound'} label={words(sound)} onClick={() => chat.mute(!chat.isMuted())} />
      {!selector && <IconButton icon="close" label={words('closeChat')} onClick={close} />}
    </header>
  )
}
