import { Button, Progress } from '@mantine/core'
import type { Operation } from '@shared/types'
import { refusal } from '../words/refusals'
import { useWords, type T } from '../words/words'
import { useOperationDeeds, useRunning } from './operations-data'
import css from './people.module.css'
import { tellFailed } from './undo'

/** What is being done to many just now, by whomever: how far it is, and the way to stop it. */
export function Running() {
  const running = useRunning()
  return running.length > 0 ? <ul className={css.running}>{running.map((one) => <Line key={one.id} operation={one} />)}</ul> : null
}

function Line({ operation }: { operation: Operation }) {
  const { t, locale } = useWords()
  const { stop } = useOperationDeeds()
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(operation.progress)
  const undoing = operation.status === 'undoing'
  const said = whatOf(operation, t)
  return (
    <li className={css.runningLine}>
      <span className={css.runningWhat}>
        {undoing ? t('operation.undoing', { what: said }) : said}{' '}
        <span className={css.total} role="status">{undoing ? '' : t('operation.far', { percent, n: operation.changed, shown: new Intl.NumberFormat(locale).format(operation.changed) })}</span>
      </span>
      <Progress className={css.runningBar} value={undoing ? 100 : operation.progress * 100} animated={undoing} aria-label={said} />
      {!undoing && <Button size="compact-sm" variant="default" onClick={() => void stop(operation.id).catch((error: unknown) => tellFailed(t, refusal(error, t)))}>{t('operation.stop')}</Button>}
    </li>
  )
}

/** "Adding the tag “vip”", as a heading of what is going on. */
export function whatOf({ kind, adds, name }: Operation, t: T): string {
  return t(`operation.${kind}.${adds ? 'adds' : 'removes'}` as 'operation.tag.adds', { name })
}
