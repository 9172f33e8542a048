import type { Quote as Quoted } from '@shared/types'
import { useLive } from '../live/context'
import { useWords } from '../words/words'
import { lead } from './lead'
import css from './message-acts.module.css'

/** What a message answers: a press leads to it, also where it is not loaded yet. */
export default function Quote({ quote, conversation }: { quote: Quoted; conversation: number }) {
  const { t } = useWords()
  const live = useLive()
  return (
    <button type="button" className={css.quote} onClick={() => lead(live, conversation, quote.position, false)} aria-label={t('message.toQuote', { name: quote.author.name })}>
      <strong>{quote.author.name}</strong> {quote.deleted ? t('message.deleted') : quote.text}
    </button>
  )
}
