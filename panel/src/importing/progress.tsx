import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { useState } from 'react'
import { Dialog } from '../parts/dialog'
import { useWords, type T } from '../words/words'
import { useDeed } from './data'
import css from './importing.module.css'
import { reasonIn } from './reasons'
import type { Import } from './types'

/** A bar that says by number, too, how far something is. */
export function Bar({ share, label }: { share: number; label: string }) {
  const percent = Math.min(100, Math.floor(share * 100))
  return (
    <span className={css.bar} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
      <span className={css.barFill} style={{ inlineSize: `${percent}%` }} />
    </span>
  )
}

/** "About 3 minutes": rounded as one would say it. */
export function timeLeft(seconds: number | null, t: T): string {
  if (seconds === null) return ''
  if (seconds < 5) return t('import.leftMoment')
  if (seconds < 60) return t('import.leftSeconds', { n: Math.ceil(seconds / 5) * 5 })
  return t('import.leftMinutes', { n: Math.ceil(seconds / 60) })
}

/** An import that goes on or rests: how far, how fast, how long still, and what can be done. */
export function Progress({ found }: { found: Import }) {
  const { t, locale } = useWords()
  const deed = useDeed(found.id)
  const [error, setError] = useState('')
  const [busy, setBusy] = useState(false)
  const [stopping, setStopping] = useState(false)
  const number = new Intl.NumberFormat(locale)
  const runs = found.state === 'running'
  const does = async (...what: Parameters<typeof deed>) => {
    setBusy(true)
    setError(await deed(...what))
    setBusy(false)
  }
  return (
    <section className={css.card} aria-label={t(found.dry_run ? 'import.trying' : 'import.progress')}>
      <h3 className={css.cardTitle}>{t(found.dry_run ? 'import.trying' : runs ? 'import.running' : 'import.paused')}</h3>
      <Bar share={found.rows ? found.done / found.rows : 0} label={t('import.progress')} />
      <p className={css.facts} role="status">
        <span>{t('import.doneOf', { done: number.format(found.done), n: found.rows, rows: number.format(found.rows) })}</span>
        {runs && found.rows_per_second > 0 && <span>{t('import.rate', { n: found.rows_per_second, shown: number.format(found.rows_per_second) })}</span>}
        {runs && <span>{timeLeft(found.seconds_left, t)}</span>}
      </p>
      <Counts found={found} />
      {!found.dry_run && <p className={css.hint}>{t(runs ? 'import.canLeave' : 'import.pausedNext')}</p>}
      {error && <p className={css.error} role="alert">{error}</p>}
      <div className={css.foot}>
        {!found.dry_run && (runs
          ? <Button variant="default" loading={busy} leftSection={<IconPlayerPause size={16} />} onClick={() => void does('pause')}>{t('import.pause')}</Button>
          : <Button loading={busy} leftSection={<IconPlayerPlay size={16} />} onClick={() => void does('resume')}>{t('import.resume')}</Button>)}
        <Button variant="subtle" color="gray" disabled={busy} leftSection={<IconPlayerStop size={16} />} onClick={() => (found.dry_run ? void does('stop') : setStopping(true))}>{t('cancel')}</Button>
      </div>
      <Dialog opened={stopping} onClose={() => setStopping(false)} title={t('import.cancelTitle')}>
        <p>{t('import.cancelWhat', { n: found.created + found.updated, shown: number.format(found.created + found.updated) })}</p>
        <div className={css.foot}>
          <Button variant="default" onClick={() => setStopping(false)} data-autofocus>{t('import.goOn')}</Button>
          <Button variant="default" onClick={() => { setStopping(false); void does('stop') }}>{t('import.stopKeep')}</Button>
          <Button color="red" onClick={() => { setStopping(false); void does('stop').then(() => does('undo')) }}>{t('import.stopUndo')}</Button>
        </div>
      </Dialog>
    </section>
  )
}

const COUNTED = ['created', 'updated', 'unchanged', 'refused'] as const

/** What became of the rows, or would in a dry run. */
export function Counts({ found }: { found: Import }) {
  const { t, locale } = useWords()
  const number = new Intl.NumberFormat(locale)
  return (
    <dl className={css.counts}>
      {COUNTED.map((each) => (
        <div key={each} className={css.count} data-bad={(each === 'refused' && found.refused > 0) || undefined}>
          <dt>{t(`importCount.${each}`)}</dt>
          <dd>{number.format(found[each])}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The first refused rows, by the numbers that a spreadsheet shows. */
export function Errors({ found }: { found: Import }) {
  const { t } = useWords()
  if (!found.errors.length) return null
  return (
    <div className={css.tableBox} tabIndex={0} role="region" aria-label={t('import.errors')}>
      <table className={css.errors}>
        <caption className={css.caption}>{t('import.errors')}</caption>
        <thead><tr><th scope="col">{t('import.row')}</th><th scope="col">{t('import.reason')}</th></tr></thead>
        <tbody>{found.errors.map(({ row, reason }) => <tr key={row}><td>{row}</td><td>{reasonIn(reason, t)}</td></tr>)}</tbody>
      </table>
    </div>
  )
}
