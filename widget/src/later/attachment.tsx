import type { Attachment } from '../../shared/types'
import type { Ui } from '../start'
import type { Entry } from '../timeline'
import { bytes } from './bytes'
import { FileIcon } from './file-icon'

import { Buttons } from './buttons'

export { borrow } from './kit'
export { default as styles } from './attachment.css'

const WIDEST = 240
const HIGHEST = 280

/** What stands above the words of a message: a form to fill in, and files. */
export const richParts = (ui: Ui, { key, attachments, form, buttons, reply_to, deleted, edited }: Entry): preact.ComponentChild[] => [
  reply_to && <div class="quoted"><b>{reply_to.author.name}</b> {reply_to.deleted ? ui.words('messageDeleted') : reply_to.text}</div>,
  edited && !deleted && <div class="changed">{ui.words('messageEdited')}</div>,
  form && <FormCard key={key} ui={ui} message={key} form={form} />,
  ...attachments.map((file) => <AttachmentView key={file.id} ui={ui} file={file} />),
  buttons && <Buttons key={key} ui={ui} buttons={buttons} />,
  deleted && <div class="changed">{ui.words('messageDeleted')}</div>,
].filter(Boolean)

/** The place of a form; what stands in it is drawn once, by the chunk of forms. */
const FormCard = ({ ui, message, form }: { ui: Ui; message: string; form: number }) => (
  <div class="form-card" ref={(place) => void (place && ui.laters.forms().then(({ fillCard }) => fillCard(ui, place, form, message), () => {}))} />
)

type Props = { ui: Ui; file: Attachment }

/** An image at its final size from the first moment, or a file by name and size. */
export function AttachmentView({ ui, file }: Props) {
  const { name, size, type, url, thumbnail, width, height } = file
  const href = ui.chat.href(url)
  const link = { href, target: '_blank', rel: 'noopener noreferrer' }
  if (width && height && /^image\//.test(type)) {
    const scale = Math.min(1, WIDEST / width, HIGHEST / height)
    const box = { width: `${Math.round(width * scale)}px`, aspectRatio: `${width} / ${height}` }
    return (
      <a {...link} class="picture" style={box} aria-label={ui.words('openImage', { name })}>
        <img src={thumbnail ? ui.chat.href(thumbnail) : href} alt={name} />
      </a>
    )
  }
  return (
    <a {...link} class="file" download={name}>
      <FileIcon />
      <div>
        <b>{name}</b>
        <span>{bytes(size, ui.formats.locale)}</span>
      </div>
    </a>
  )
}
