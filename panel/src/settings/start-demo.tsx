import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { DemoState } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import css from './settings.module.css'
import look from './start.module.css'

const KEY = ['demo-data']

/** Demo data on request, and exactly these away again; how far it is shows while one looks, and goes on when one does not. */
export function Demo() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const [refused, setRefused] = useState('')
  const { data } = useQuery({ queryKey: KEY, queryFn: ({ signal }) => live.rest<DemoState>('GET', 'demo-data', undefined, signal), enabled: online, staleTime: 0, retry: false })
  useEffect(() => live.hear({ firstHour: () => void queries.invalidateQueries({ queryKey: KEY }) }), [live, queries])
  if (!data) return null
  const ask = async (method: string) => {
    setRefused('')
    try {
      queries.setQueryData(KEY, await live.rest<DemoState>(method, 'demo-data'))
    } catch (error) {
      setRefused(refusal(error, t))
    }
  }
  const { state, done, of, made } = data
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('start.demo')}</h3>
      <p className={css.note}>{t('start.demoWhy')}</p>
      {state === 'filling' && <><p role="status">{t('start.demoFilling', { done, of })}</p><progress className={look.bar} value={done} max={of} aria-label={t('start.demo')} /></>}
      {state === 'emptying' && <p role="status">{t('start.demoEmptying', { done })}</p>}
      {state === 'there' && <p role="status">{t('start.demoThere', { people: made.contact ?? 0, companies: made.company ?? 0, deals: made.deal ?? 0 })}</p>}
      {refused && <p className={own.error} role="alert">{refused}</p>}
      <div>
        {state === 'none' && <Button variant="default" onClick={() => void ask('POST')}>{t('start.demoAdd')}</Button>}
        {state === 'there' && <Button variant="default" onClick={() => void ask('DELETE')}>{t('start.demoRemove')}</Button>}
      </div>
    </section>
  )
}
