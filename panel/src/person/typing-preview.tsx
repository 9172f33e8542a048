import { useFact } from '../live/context'
import { useWords } from '../words/words'
import css from './typing-preview.module.css'

/** What the visitor has written and not sent yet, as far as it got. Not read out: it changes with each letter. */
export function TypingPreview({ id }: { id: number }) {
  const { t } = useWords()
  const text = useFact((state) => state.typing[id]?.text)
  if (!text) return null
  return <div className={css.preview} dir="auto" title={t('typing.preview')} data-preview>{text}</div>
}
