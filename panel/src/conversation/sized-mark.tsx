import type { MessageButton, MessageSize } from '@shared/types'
import { useWords } from '../words/words'
import css from './size-choice.module.css'

/** Below a message: how it showed itself on the website, and its buttons. */
export default function SizedMark({ size, buttons }: { size?: MessageSize; buttons?: MessageButton[] }) {
  const { t } = useWords()
  return (
    <div className={css.mark}>
      {size && size !== 'full' && <span>{t(`size.${size}`)}</span>}
      {buttons?.map(({ label, url, reply }, place) => <i key={place} title={url || reply}>{label}</i>)}
    </div>
  )
}
