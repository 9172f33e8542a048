import type { Ui } from '../start'
import type { Upload } from './uploads'
import { bytes } from './bytes'
import { FileIcon } from './file-icon'
import { kit } from './kit'

/** What goes out with the next message. */
export const Tray = ({ ui }: { ui: Ui }) => (
  <div class="tray">
    {ui.chat.uploads()!.all().map((upload) => <UploadView key={upload.key} ui={ui} upload={upload} />)}
    <p role="status">{ui.chat.uploads()!.isAwaited() && ui.words('stillUploading')}</p>
  </div>
)

/** A file on its way: what it is, how far it came, and the way to stop it. */
function UploadView({ ui, upload }: { ui: Ui; upload: Upload }) {
  const { chat, words, formats } = ui
  const { name, size, preview, progress, attachment, error } = upload
  const image = attachment?.thumbnail ? chat.href(attachment.thumbnail) : preview
  return (
    <div class="chip">
      {image ? <img src={image} alt="" /> : <FileIcon />}
      <div>
        <b>{name}</b>
        {error ? <Problem {...{ ui, upload }} /> : <span>{bytes(size, formats.locale)}</span>}
      </div>
      <kit.IconButton icon="close" label={words('remove', { name })} onClick={() => chat.uploads()!.remove(upload)} />
      {!attachment && !error && (
        <progress style={{ width: `${progress * 100}%` }} value={progress} aria-label={words('uploading', { n: Math.round(progress * 100) })} />
      )}
    </div>
  )
}

function Problem({ ui: { chat, words, formats }, upload }: { ui: Ui; upload: Upload }) {
  const { error } = upload
  if (error === 'attachment_type_refused') return <span class="wrong">{words(error)}</span>
  if (error === 'attachment_too_large') {
    const size = bytes(chat.session()?.application.attachments.max_size ?? 0, formats.locale)
    return <span class="wrong">{words(error, { size })}</span>
  }
  return (
    <button type="button" class="again" onClick={() => chat.uploads()!.retry(upload)}>
      {words('attachmentFailed')} <u>{words('retry')}</u>
    </button>
  )
}
