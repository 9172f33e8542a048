import { Component } from './draw'
import type { Ui } from '../start'
import { IconButton } from './icons'

/** The server's limit, in bytes of UTF-8. */
const LONGEST = 16 * 1024

type Props = { ui: Ui }
type State = { text: string }

export class Composer extends Component<Props, State> {
  state: State = { text: this.props.ui.chat.draft.text }
  #field!: HTMLTextAreaElement
  #form!: HTMLFormElement
  #chooser!: HTMLInputElement

  componentDidMount(): void {
    this.componentDidUpdate()
  }

  /** Grows with the text, up to the five lines that the styles allow. */
  componentDidUpdate(): void {
    const { style } = this.#field
    style.height = 'auto'
    style.height = `${this.#field.scrollHeight}px`
  }

  readonly #write = (text: string): void => {
    const { chat } = this.props.ui
    this.setState({ text })
    chat.saveDraft(text)
    chat.typing(text !== '')
  }

  #isTooLong(): boolean {
    return new TextEncoder().encode(this.state.text).length > LONGEST
  }

  #isReady(): boolean {
    const uploads = this.props.ui.chat.uploads()
    const hasFiles = uploads && uploads.all().length > 0
    return Boolean(this.state.text.trim() || hasFiles) && !(hasFiles && uploads.unfinished()) && !this.#isTooLong()
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault()
    this.#field.focus()
    if (!this.#isReady()) return this.props.ui.chat.uploads()?.hurry()
    this.props.ui.chat.say(this.state.text.trim())
    this.setState({ text: '' })
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    // Enter also ends a word in the making (Japanese, and dead keys): that one is not ours.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) this.#submit(event)
  }

  readonly #onPaste = (event: ClipboardEvent): void => {
    const pasted = event.clipboardData?.files
    if (!pasted?.length) return
    event.preventDefault()
    this.props.ui.chat.attach(pasted)
  }

  readonly #pick = (event: Event): void => {
    const button = event.currentTarget as HTMLElement
    const label = this.props.ui.words('emoji')
    // No connection, no emoji.
    this.props.ui.laters.emoji().then(({ togglePicker }) => togglePicker(this.#form, this.#field, button, label, this.#write), () => {})
  }

  readonly #choose = (): void => {
    this.props.ui.chat.attach(this.#chooser.files)
    this.#chooser.value = ''
    this.#field.focus()
  }

  render({ ui }: Props, { text }: State) {
    const { chat, words, laters } = ui
    const Tray = chat.uploads()?.all().length ? laters.files.now?.Tray : undefined
    const { acts } = laters
    const answers = chat.draft.reply_to
    if (answers && !acts.now) acts().catch(() => {})
    const Answered = answers && acts.now?.Answered
    return (
      <form class="composer" ref={(form) => void (this.#form = form!)} onSubmit={this.#submit}>
        {Answered && <Answered ui={ui} />}
        {Tray && <Tray ui={ui} />}
        {this.#isTooLong() && <div class="problem" role="alert">{words('text_too_long')}</div>}
        <div class="field">
          <IconButton icon="attach" label={words('attach')} onClick={() => this.#chooser.click()} />
          <input
            hidden type="file" multiple accept={chat.session()?.application.attachments.types.join()}
            ref={(input) => void (this.#chooser = input!)} onChange={this.#choose}
          />
          <textarea
            ref={(field) => void (this.#field = field!)} rows={1} value={text}
            placeholder={words('placeholder')} aria-label={words('placeholder')} enterkeyhint="send"
            onInput={() => this.#write(this.#field.value)} onKeyDown={this.#onKeyDown} onPaste={this.#onPaste}
          />
          <IconButton icon="emoji" label={words('emoji')} aria-expanded={false} onClick={this.#pick as () => void} />
          <IconButton icon="send" label={words('send')} type="submit" class="icon send" disabled={!this.#isReady()} />
        </div>
      </form>
    )
  }
}
