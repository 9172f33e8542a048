import { Button, NativeSelect } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { Letter } from '../conversation/letter'
import type { ChatDeliveries } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import css from './settings.module.css'
import { Sheet } from './sheet'

const STATES = ['waiting', 'refused', 'failed', 'unreachable', 'sent', 'delivered', 'withdrawn'] as const

/** What left the chat another way, by what became of it; what went wrong can be sent again. */
export default function Outbox() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const agents = useFact((state) => state.agents)
  const [state, setState] = useState<(typeof STATES)[number]>('waiting')
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['outbox', state],
    queryFn: ({ pageParam, signal }) => {
      const asked = new URLSearchParams({ state, ...(pageParam ? { cursor: pageParam } : {}) })
      return live.rest<ChatDeliveries>('GET', `deliveries?${asked}`, undefined, signal)
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor ?? undefined,
    enabled: online,
  })
  useEffect(() => live.hear({ delivery: () => void queries.invalidateQueries({ queryKey: ['outbox'] }) }), [live, queries])
  const shown = data?.pages.flatMap(({ deliveries }) => deliveries)
  const count = data?.pages.at(-1)?.count ?? 0
  return (
    <Sheet title={t('outbox.title')} why={t('outbox.why')}>
      <NativeSelect label={t('outbox.state')} value={state} onChange={(event) => setState(event.currentTarget.value as typeof state)} maw={280}
        data={STATES.map((each) => ({ value: each, label: t(`outbox.state.${each}`) }))} />
      {error && !shown && <div role="alert"><p>{t('outbox.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!shown && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {shown?.length === 0 && <p className={css.note}>{t(state === 'waiting' ? 'outbox.empty.waiting' : 'outbox.empty.other')}</p>}
      {shown && shown.length > 0 && <p className={css.note} role="status">{t('outbox.count', { n: count })}</p>}
      {shown && shown.length > 0 && (
        <ul className={css.rows} aria-label={t('outbox.list')}>
          {shown.map((one) => (
            <li key={one.id} className={css.row}>
              <span className={css.lines}>
                <Link to={`/inbox/open/${one.conversation}`}>{one.name || t('outbox.conversation', { id: one.conversation })}</Link>
                {one.to.kind === 'agent' && <span className={css.more}>{t('outbox.to', { name: agents.find(({ id }) => id === one.to.id)?.name ?? t('outbox.agent', { id: one.to.id }) })}</span>}
                <Letter of={one} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('outbox.more')}</Button>}
    </Sheet>
  )
}
