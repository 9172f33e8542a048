import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLive } from '../live/context'
import { Ago } from '../parts/ago'
import fields from '../people/fields.module.css'
import { useSegments } from '../people/names'
import { tellFailed } from '../people/undo'
import { useWords, type Key } from '../words/words'
import { useRuns, type Run } from './enrichment-data'
import css from './enrichment.module.css'

/** Many at once: whom, how far it is, and a way to let it rest or end it. */
export function Runs({ offered }: { offered: boolean }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const { segments } = useSegments()
  const { data: runs } = useRuns()
  const [segment, setSegment] = useState('')
  const act = (path: string, body: object = {}) =>
    live.rest('POST', `enrichment/runs${path}`, body).then(() => queries.invalidateQueries({ queryKey: ['enrichment'] })).catch(() => tellFailed(t))
  return (
    <section className={css.part} aria-label={t('enrichment.many')}>
      <h3 className={css.title}>{t('enrichment.many')}</h3>
      <div className={css.begin}>
        <label className={css.label} htmlFor="enrichment-whom">{t('enrichment.whom')}</label>
        <select id="enrichment-whom" className={fields.field} value={segment} onChange={(event) => setSegment(event.currentTarget.value)}>
          <option value="">{t('enrichment.everybody')}</option>
          {segments?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
        <Button disabled={!offered} onClick={() => void act('', segment ? { segment: Number(segment) } : { where: { all: [] } })}>{t('enrichment.start')}</Button>
      </div>
      {runs?.length === 0 && <p className={css.note}>{t('enrichment.noRuns')}</p>}
      {!!runs?.length && (
        <ul className={css.runs} aria-label={t('enrichment.many')}>
          {runs.slice(0, 5).map((run) => <Line key={run.id} run={run} name={run.segment ? segments?.find(({ id }) => id === run.segment)?.name ?? `#${run.segment}` : t('enrichment.everybody')} act={act} />)}
        </ul>
      )}
    </section>
  )
}

function Line({ run, name, act }: { run: Run; name: string; act: (path: string) => Promise<unknown> }) {
  const { t } = useWords()
  const { id, state, done, total, found, none, skipped } = run
  const goesOn = state === 'running' || state === 'paused' || state === 'stopped'
  return (
    <li className={css.run}>
      <div className={css.runHead}>
        <span className={css.grow}><strong>{name}</strong> <span className={css.note}><Ago at={run.created_at} /></span></span>
        <span className={css.note}>{t(`enrichment.state.${state}`)}</span>
        {goesOn && (
          <span className={css.buttons}>
            {state === 'running'
              ? <Button size="compact-sm" variant="default" onClick={() => void act(`/${id}/pause`)}>{t('enrichment.pause')}</Button>
              : <Button size="compact-sm" variant="default" onClick={() => void act(`/${id}/resume`)}>{t('enrichment.resume')}</Button>}
            <Button size="compact-sm" variant="default" onClick={() => void act(`/${id}/cancel`)}>{t('enrichment.stop')}</Button>
          </span>
        )}
      </div>
      {goesOn && <progress className={css.bar} max={Math.max(total, 1)} value={done} aria-label={t('enrichment.progress', { done, total })} />}
      <p className={css.note}>{t('enrichment.progress', { done, total })} · {t('enrichment.counts', { found, none, skipped })}</p>
      {state === 'stopped' && run.reason && <p className={css.said} data-bad>{t(`enrich.status.${run.reason}` as Key)}</p>}
    </li>
  )
}
