import { useState } from 'preact/hooks'
import type { Attachment } from '../../shared/types'
import type { Ui } from '../start'
import { Icon } from './icons'

const WIDEST = 240
const HIGHEST = 280

/** An image at its final size from the first moment, or a file by name and size. */
export function AttachmentView({ ui, file }: { ui: Ui; file: Attachment }) {
  // The page's policy may forbid our images; then the link still works.
  const [broken, setBroken] = useState(false)
  const href = ui.chat.href(file.url)
  const link = { href, target: '_blank', rel: 'noopener noreferrer' }
  if (file.width && file.height && /^image\//.test(file.type) && !broken) {
    const scale = Math.min(1, WIDEST / file.width, HIGHEST / file.height)
    const box = { width: `${Math.round(file.width * scale)}px`, aspectRatio: `${file.width} / ${file.height}` }
    return (
      <a {...link} class="picture" style={box} aria-label={ui.words('openImage', { name: file.name })}>
        <img src={file.thumbnail ? ui.chat.href(file.thumbnail) : href} alt={file.name} onError={() => setBroken(true)} />
      </a>
    )
  }
  return (
    <a {...link} class="file" download={file.name}>
      <Icon name="file" />
      <div>
        <b>{file.name}</b>
        <span>{ui.formats.bytes(file.size)}</span>
      </div>
    </a>
  )
}
