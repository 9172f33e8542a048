import type { Message } from '../../shared/types'
import type { Ui } from '../start'
import { UNBORN } from '../threads'
import { AttachmentView } from './attachment'
import { Buttons } from './buttons'
import { kit } from './kit'

export { borrow } from './kit'
export { default as styles } from './note.css'

/** A message that shows itself while the chat is closed: as a card beside the launcher, or in the middle. */
export function Note({ ui, message, open }: { ui: Ui; message: Message; open: () => void }) {
  const { Face, IconButton, Text } = kit
  const { chat, words } = ui
  const { author, text, attachments, size, buttons, picture } = message
  /** What is shown before there is a conversation has to be told apart. */
  const modals = message.conversation > UNBORN ? ui.laters.modals.now : undefined
  const dismiss = (): void => {
    chat.dismiss(message)
    modals?.putAway(message)
  }
  const used = (): void => {
    modals?.answered(message)
    // A button was answer enough: the card need not stay.
    chat.dismiss(message)
  }
  const answer = (): void => {
    modals?.answered(message)
    open()
  }
  const close = <IconButton icon="close" label={words('dismiss')} onClick={dismiss} />
  if (size === 'bubble') {
    return (
      <div class="card" role="dialog" aria-label={author.name} onKeyDown={(event) => event.key === 'Escape' && dismiss()}>
        <button onClick={answer}>
          <Face {...author} />
          <div><b>{author.name}</b><p>{text || attachments[0]?.name}</p></div>
        </button>
        {buttons && <Buttons ui={ui} buttons={buttons} used={used} />}
        {close}
      </div>
    )
  }
  const large = attachments.find(({ id }) => id === picture)
  return (
    <dialog
      class="popup" aria-label={author.name} ref={(box) => void (box && !box.open && box.isConnected && box.showModal())}
      onCancel={dismiss} onClick={(event) => event.target === event.currentTarget && dismiss()}
    >
      {large && <Large ui={ui} {...large} />}
      <div class="said">
        <b>{author.name}</b>
        <p><Text text={text} /></p>
        {attachments.filter((file) => file !== large).map((file) => <AttachmentView key={file.id} ui={ui} file={file} />)}
        {buttons && <Buttons ui={ui} buttons={buttons} used={used} />}
        <div class="acts">
          <button onClick={dismiss}>{words('dismiss')}</button>
          <button class={buttons ? '' : 'main'} onClick={answer}>{words('reply')}</button>
        </div>
      </div>
      {close}
    </dialog>
  )
}

const Large = ({ ui, url, name, width, height }: Message['attachments'][number] & { ui: Ui }) => (
  <img class="large" src={ui.chat.href(url)} alt={name} width={width ?? undefined} height={height ?? undefined} />
)
