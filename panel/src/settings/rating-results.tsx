import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { useLabels } from '../inbox/labels-data'
import type { GivenRatings, RatedOne, RatingFigure, RatingReport } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Late } from '../parts/late'
import { ScoreFace, SCORES } from '../ratings/face'
import rated from '../ratings/ratings.module.css'
import fields from '../people/fields.module.css'
import { useNow, useTimes } from '../words/times'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import css from './settings.module.css'

const PERIODS = [7, 30, 90, 365] as const
const DAY = 86_400_000

/** How content people were: of all, by agent, by label, and what they wrote. */
export function RatingResults() {
  const { t, locale } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const agents = useFact((state) => state.agents)
  const labels = useLabels() ?? []
  const [days, setDays] = useState<number>(30)
  const [agent, setAgent] = useState('')
  const [label, setLabel] = useState('')
  const since = new Date(Date.now() - (days - 1) * DAY).toISOString().slice(0, 10)
  const which = new URLSearchParams({ since, ...(agent && { agent }), ...(label && { label }) }).toString()
  const { data, isError, refetch } = useQuery({ queryKey: ['ratings/report', which], queryFn: ({ signal }) => live.rest<RatingReport>('GET', `ratings/report?${which}`, undefined, signal), enabled: online, placeholderData: (before) => before })
  const share = new Intl.NumberFormat(locale, { style: 'percent' })
  const of = ({ answers, satisfied }: RatingFigure) => t('rating.figure', { share: t('rating.share', { share: share.format(satisfied / answers) }), answers: t('rating.of', { n: answers }) })
  return (
    <section className={own.section} aria-labelledby="rating-results">
      <h3 className={own.title} id="rating-results">{t('rating.report')}</h3>
      <div className={rated.choices}>
        <label className={rated.choice}>{t('rating.period')}
          <select className={fields.field} value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>{PERIODS.map((one) => <option key={one} value={one}>{t('rating.days', { n: one })}</option>)}</select>
        </label>
        <label className={rated.choice}>{t('rating.agent')}
          <select className={fields.field} value={agent} onChange={(event) => setAgent(event.currentTarget.value)}><option value="">{t('rating.all')}</option>{agents.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</select>
        </label>
        {labels.length > 0 && (
          <label className={rated.choice}>{t('rating.label')}
            <select className={fields.field} value={label} onChange={(event) => setLabel(event.currentTarget.value)}><option value="">{t('rating.anyLabel')}</option>{labels.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</select>
          </label>
        )}
      </div>
      {isError && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !isError && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && data.total.answers === 0 && <div className={css.empty}><span className={css.emptyTitle}>{t('rating.none')}</span>{t('rating.noneWhy')}</div>}
      {data && data.total.answers > 0 && (
        <>
          <div>
            <p className={rated.finding}>{t('rating.share', { share: share.format(data.total.satisfied / data.total.answers) })}</p>
            <p className={css.state}>{[t('rating.of', { n: data.total.answers }), ...(agent || label ? [] : [t('rating.asked', { n: data.asked })]), t('rating.mean', { mean: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(data.total.mean ?? 0) })].join(' · ')}</p>
          </div>
          <div className={rated.bars} role="group" aria-label={t('rating.scores')}>
            {SCORES.map((score) => <Bar key={score} score={score} count={data.scores[score - 1] ?? 0} all={data.total.answers} />)}
          </div>
          {!agent && <Ones title={t('rating.byAgent')} ones={data.agents.map((one) => (one.id ? one : { ...one, name: t('rating.nobody') }))} say={of} />}
          {!label && data.labels.length > 0 && <Ones title={t('rating.byLabel')} ones={data.labels} say={of} />}
          <Comments which={which} />
        </>
      )}
    </section>
  )
}

function Bar({ score, count, all }: { score: number; count: number; all: number }) {
  return (
    <>
      <ScoreFace score={score} />
      <span className={rated.bar} aria-hidden="true"><i style={{ inlineSize: `${(100 * count) / all}%` }} /></span>
      <span className={rated.count}>{count}</span>
    </>
  )
}

function Ones({ title, ones, say }: { title: string; ones: readonly RatedOne[]; say: (figure: RatingFigure) => string }) {
  return (
    <section className={own.section}>
      <h4>{title}</h4>
      <ul className={css.rows}>{ones.map(({ id, name, figure }) => <li key={id} className={css.row}><span className={css.lines}><strong>{name}</strong></span><span className={css.state}>{say(figure)}</span></li>)}</ul>
    </section>
  )
}

function Comments({ which }: { which: string }) {
  const { t } = useWords()
  const live = useLive()
  const times = useTimes()
  const now = useNow()
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['ratings', which],
    queryFn: ({ pageParam, signal }) => live.rest<GivenRatings>('GET', `ratings?${which}&comments=true&limit=20${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor,
  })
  const all = data?.pages.flatMap((page) => page.ratings) ?? []
  return (
    <section className={own.section}>
      <h4>{t('rating.comments')}</h4>
      {data && all.length === 0 && <p className={css.note}>{t('rating.noComments')}</p>}
      {all.length > 0 && (
        <ul className={css.rows}>
          {all.map(({ id, conversation, score, comment, name, answered }) => (
            <li key={id} className={css.row}>
              <span className={css.lines}>
                <span><ScoreFace score={score} worded={false} /> <span className={css.more}>{name || t('rating.nobody')} · {times.ago(answered, now)}</span></span>
                <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{comment}</span>
              </span>
              <Link className={css.inline} to={`/inbox/closed/${conversation}`}>{t('rating.open')}</Link>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && <div><Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('rating.more')}</Button></div>}
    </section>
  )
}
