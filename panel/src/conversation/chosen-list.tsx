import { ActionIcon } from '@mantine/core'
import { IconAlertCircle, IconFile, IconX } from '@tabler/icons-react'
import { bytes } from '../words/times'
import { useWords } from '../words/words'
import { Preview } from './attachments'
import type { useChosenFiles } from './chosen-files'
import css from './conversation.module.css'

/** What will go with the message: how far its upload is, what is wrong with it, and a way to leave it out. */
export function ChosenList({ chosen: { files, remove, limits } }: { chosen: ReturnType<typeof useChosenFiles> }) {
  const { t, locale } = useWords()
  if (!files.length) return null
  return (
    <ul className={css.chosen} aria-label={t('composer.files')}>
      {files.map((file) => (
        <li key={file.key} className={css.chosenFile} data-problem={file.problem}>
          <span className={css.thumb}>
            {file.problem ? <IconAlertCircle size={18} aria-hidden="true" /> : file.type.startsWith('image/') ? <Preview file={file} /> : <IconFile size={18} stroke={1.6} aria-hidden="true" />}
          </span>
          <span className={css.chosenWords}>
            <span className={css.fileName}>{file.name}</span>
            <span className={css.fileSize}>
              {file.problem ? t(`file.${file.problem}`, { limit: bytes(limits?.max_size ?? 0, locale) }) : bytes(file.size, locale)}
            </span>
          </span>
          {!file.problem && file.share < 1 && <progress className={css.progress} value={file.share} aria-label={t('file.progress', { name: file.name })} />}
          <ActionIcon size={24} aria-label={t('file.remove', { name: file.name })} onClick={() => remove(file.key)}><IconX size={14} /></ActionIcon>
        </li>
      ))}
    </ul>
  )
}
