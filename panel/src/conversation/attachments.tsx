import { IconClock, IconFile } from '@tabler/icons-react'
import type { Attachment } from '@shared/types'
import { useEffect, useState } from 'react'
import type { OutgoingFile } from '../live/state'
import { bytes } from '../words/times'
import { useWords } from '../words/words'
import css from './conversation.module.css'

/** The room that a picture gets; its own proportions are kept, so that nothing jumps when it arrives. */
const WIDEST = 280
const HIGHEST = 240

/** Only addresses of the web are followed, whatever a message says. */
const safe = (url: string): string | undefined => (/^https?:$/.test(URL.parse(url, location.href)?.protocol ?? '') ? url : undefined)

export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  return attachments.map((attachment) =>
    attachment.thumbnail && attachment.type.startsWith('image/')
      ? <Picture key={attachment.id} attachment={attachment} />
      : <FileLink key={attachment.id} attachment={attachment} />,
  )
}

function Picture({ attachment: { url, thumbnail, name, width, height } }: { attachment: Attachment }) {
  const [w, h] = [width ?? WIDEST, height ?? HIGHEST]
  const scale = Math.min(1, WIDEST / w, HIGHEST / h)
  return (
    <a className={css.picture} href={safe(url)} target="_blank" rel="noopener noreferrer">
      <img src={safe(thumbnail!)} alt={name} width={Math.round(w * scale)} height={Math.round(h * scale)} loading="lazy" decoding="async" />
    </a>
  )
}

function FileLink({ attachment: { url, name, size } }: { attachment: Attachment }) {
  const { locale } = useWords()
  return (
    <a className={css.file} href={safe(url)} download={name} target="_blank" rel="noopener noreferrer">
      <IconFile size={18} stroke={1.6} aria-hidden="true" />
      <span className={css.fileName}>{name}</span>
      <span className={css.fileSize}>{bytes(size, locale)}</span>
    </a>
  )
}

/** Files that are on their way; a picture is shown from this computer. */
export function OutgoingFiles({ files }: { files: readonly OutgoingFile[] }) {
  const { t, locale } = useWords()
  return files.map((file, index) =>
    file.type.startsWith('image/') ? <Preview key={index} file={file} /> : (
      <span key={index} className={css.file}>
        <IconClock size={18} stroke={1.6} aria-label={t('progress.waiting')} />
        <span className={css.fileName}>{file.name}</span>
        <span className={css.fileSize}>{bytes(file.size, locale)}</span>
      </span>
    ),
  )
}

export function Preview({ file: { blob, name } }: { file: { blob: Blob; name: string } }) {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(blob)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return <span className={css.picture}>{url && <img src={url} alt={name} />}</span>
}
