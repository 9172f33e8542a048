import type { Message } from '../../shared/types'
import type { Ui } from '../start'
import { AttachmentView } from './attachment'
import { kit } from './kit'

export { borrow } from './kit'
export { default as styles } from './note.css'

/** A message that shows itself while the chat is closed: as a card beside the launcher, or in the middle. */
export function Note({ ui, message, open }: { ui: Ui; message: Message; open: () => void }) {
  const { Face, IconButton, Text } = kit
  const { chat, words } = ui
  const { author, text, attachments, size } = message
  const dismiss = (): void => chat.dismiss(message)
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') dismiss()
  }
  const close = <IconButton icon="close" label={words('dismiss')} onClick={dismiss} />
  if (size === 'bubble') {
    return (
      <div class="card" role="dialog" aria-label={author.name} onKeyDown={onKeyDown}>
        <button onClick={open}>
          <Face {...author} />
          <div><b>{author.name}</b><p>{text || attachments[0]?.name}</p></div>
        </button>
        {close}
      </div>
    )
  }
  return (
    <div class="veil" onClick={(event) => event.target === event.currentTarget && dismiss()} onKeyDown={onKeyDown}>
      <div class="popup" role="dialog" aria-label={author.name}>
        {attachments.map((file) => <AttachmentView key={file.id} ui={ui} file={file} />)}
        <div class="said">
          <b>{author.name}</b>
          <p><Text text={text} /></p>
          <div class="acts">
            <button onClick={dismiss}>{words('dismiss')}</button>
            <button class="main" onClick={open}>{words('reply')}</button>
          </div>
        </div>
        {close}
      </div>
    </div>
  )
}
