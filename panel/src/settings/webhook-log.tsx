import { Button, NativeSelect } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Deliveries, Delivery } from '../live/api-types'
import { useLive } from '../live/context'
import { Late } from '../parts/late'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import page from './settings.module.css'
import { Sheet } from './sheet'
import { called, type Webhook } from './webhooks'
import css from './webhooks.module.css'

const STATES = ['all', 'waiting', 'delivered', 'failed'] as const
const MONTH = 30 * 86_400_000

/** What a program was told, what it answered, and sending it again. */
export function Log({ of, close }: { of: Webhook; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [state, setState] = useState<(typeof STATES)[number]>('all')
  const key = ['webhooks', of.id, state]
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => {
      const asked = new URLSearchParams({ ...(state === 'all' ? {} : { state }), ...(pageParam ? { cursor: pageParam } : {}) })
      return live.rest<Deliveries>('GET', `webhooks/${of.id}/deliveries?${asked}`, undefined, signal)
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor ?? undefined,
    refetchInterval: 3_000,
  })
  const act = async (path: string, said: (answer: { count: number }) => string, body: object = {}) => {
    try {
      const answer = await live.rest<{ count: number }>('POST', `webhooks/${of.id}/${path}`, body)
      notifications.show({ message: said(answer) })
      await queries.invalidateQueries({ queryKey: ['webhooks', of.id] })
    } catch (error) {
      notifications.show({ message: refusal(error, t), color: 'red' })
    }
  }
  const shown = data?.pages.flatMap((each) => each.deliveries)
  return (
    <Sheet title={t('hooks.deliveriesOf', { name: called(of) })} why={of.url} actions={<Button variant="default" onClick={close}>{t('hooks.back')}</Button>}>
      <div className={css.bar}>
        <NativeSelect label={t('hooks.state')} value={state} onChange={(event) => setState(event.currentTarget.value as typeof state)}
          data={STATES.map((each) => ({ value: each, label: t(`hooks.state.${each}`) }))} />
        <Button onClick={() => void act('test', () => t('hooks.tested'))} disabled={!of.on}>{t('hooks.test')}</Button>
        <Button variant="default" disabled={!of.on}
          onClick={() => void act('replay', ({ count }) => t('hooks.replayed', { n: count }), { since: new Date(Date.now() - MONTH).toISOString() })}>{t('hooks.replayFailed')}</Button>
      </div>
      {error && !shown && <p role="alert">{t('hooks.failed')}</p>}
      {!shown && !error && <Late><p className={page.note}>{t('loading')}</p></Late>}
      {shown?.length === 0 && <p className={page.note}>{t('hooks.empty')}</p>}
      {shown && shown.length > 0 && (
        <ul className={page.rows} aria-label={t('hooks.deliveries')}>
          {shown.map((each) => <Row key={each.id} of={each} on={of.on} again={() => void act(`deliveries/${each.id}/replay`, () => t('hooks.again'))} />)}
        </ul>
      )}
      {hasNextPage && <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('hooks.more')}</Button>}
    </Sheet>
  )
}

function Row({ of, on, again }: { of: Delivery; on: boolean; again: () => void }) {
  const { t, locale } = useWords()
  const moment = (text: string) => new Date(text).toLocaleString(locale, { dateStyle: 'short', timeStyle: 'medium' })
  const last = of.attempts.at(-1)
  return (
    <li className={`${page.row} ${css.row}`}>
      <span className={page.lines}>
        <strong><code>{of.kind}</code></strong>
        <span className={page.more}>
          <span className={of.state === 'failed' || (of.state === 'waiting' && last) ? css.bad : undefined}>{t(`hooks.state.${of.state}`)}</span>
          {last && <> · {last.status ?? last.error} · {t('hooks.took', { ms: last.ms })}</>} · {moment(of.at)}
          {of.next && last && <> · {t('hooks.next', { when: moment(of.next) })}</>}
        </span>
        <details className={css.detail}>
          <summary>{t('hooks.body')}</summary>
          <pre>{JSON.stringify(JSON.parse(of.body), null, 2)}</pre>
        </details>
        {of.attempts.length > 0 && (
          <details className={css.detail}>
            <summary>{t('hooks.answer')}</summary>
            <pre>{of.attempts.map((each) => `${moment(each.at)}  ${each.status ?? each.error}\n${each.answer}`).join('\n\n')}</pre>
          </details>
        )}
      </span>
      <Button size="compact-md" variant="default" onClick={again} disabled={!on} aria-label={`${t('hooks.replay')}: ${of.event_id}`}>{t('hooks.replay')}</Button>
    </li>
  )
}
