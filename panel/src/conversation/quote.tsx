import type { Quote as Quoted } from '@shared/types'
import { useLive } from '../live/context'
import { useWords } from '../words/words'
import css from './message-acts.module.css'

/** So many pages are gone back for a message that is quoted. */
const MOST_PAGES = 40

/** What a message answers: a press leads to it, also where it is not loaded yet. */
export default function Quote({ quote, conversation }: { quote: Quoted; conversation: number }) {
  const { t } = useWords()
  const live = useLive()
  const jump = async () => {
    for (let page = 0; page < MOST_PAGES; page++) {
      const first = live.store.get().messages[conversation]?.items[0]?.position ?? 1
      if (first <= quote.position) break
      await live.older(conversation)
    }
    const find = () => document.querySelector<HTMLElement>(`[data-position="${quote.position}"]`)
    // What was loaded is drawn with the next frame.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const there = find()
      there?.scrollIntoView({ block: 'center' })
      there?.animate([{ background: 'var(--sb-hover)' }, {}], { duration: 1600 })
    }))
  }
  return (
    <button type="button" className={css.quote} onClick={() => void jump()} aria-label={t('message.toQuote', { name: quote.author.name })}>
      <strong>{quote.author.name}</strong> {quote.deleted ? t('message.deleted') : quote.text}
    </button>
  )
}
