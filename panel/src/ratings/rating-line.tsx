import type { Rating } from '@shared/types'
import { useQuery } from '@tanstack/react-query'
import { useFact, useLive } from '../live/context'
import { useWords } from '../words/words'
import { ScoreFace } from './face'
import css from './ratings.module.css'

/** What the contact said about the conversation when it was closed; what is asked now stands with the conversation. */
export default function RatingLine({ conversation, closing }: { conversation: number; closing: number }) {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const latest = useFact((state) => state.conversations[conversation]?.rating)
  const isLatest = latest?.id === closing
  const { data } = useQuery({
    queryKey: ['ratings of', conversation, latest?.answered],
    queryFn: ({ signal }) => live.rest<{ ratings: Rating[] }>('GET', `conversations/${conversation}/ratings`, undefined, signal),
    enabled: online && !isLatest,
    staleTime: 60_000,
  })
  const rating = isLatest ? latest : data?.ratings.find(({ id }) => id === closing)
  if (!rating) return null
  if (rating.score === null) return <p className={css.line}>{t('rated.waits')}</p>
  return (
    <div className={css.line}>
      <ScoreFace score={rating.score} />
      {rating.comment && <span className={css.words}>{rating.comment}</span>}
    </div>
  )
}
