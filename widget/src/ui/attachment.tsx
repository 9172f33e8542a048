import { Component } from 'preact'
import type { Attachment } from '../../shared/types'
import type { Ui } from '../start'
import { Icon } from './icons'

const WIDEST = 240
const HIGHEST = 280

type Props = { ui: Ui; file: Attachment }

/** An image at its final size from the first moment, or a file by name and size. */
export class AttachmentView extends Component<Props, { isBroken: boolean }> {
  state = { isBroken: false }

  render({ ui, file }: Props, { isBroken }: { isBroken: boolean }) {
    const { name, size, type, url, thumbnail, width, height } = file
    const href = ui.chat.href(url)
    const link = { href, target: '_blank', rel: 'noopener noreferrer' }
    // The site's policy may forbid our images; then the link still works.
    if (width && height && /^image\//.test(type) && !isBroken) {
      const scale = Math.min(1, WIDEST / width, HIGHEST / height)
      const box = { width: `${Math.round(width * scale)}px`, aspectRatio: `${width} / ${height}` }
      return (
        <a {...link} class="picture" style={box} aria-label={ui.words('openImage', { name })}>
          <img src={thumbnail ? ui.chat.href(thumbnail) : href} alt={name} onError={() => this.setState({ isBroken: true })} />
        </a>
      )
    }
    return (
      <a {...link} class="file" download={name}>
        <Icon name="file" />
        <div>
          <b>{name}</b>
          <span>{ui.formats.bytes(size)}</span>
        </div>
      </a>
    )
  }
}
