import { Button } from '@mantine/core'
import { IconSparkles } from '@tabler/icons-react'
import { useState } from 'react'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { useNow, useTimes } from '../words/times'
import { useWords, type Key, type T } from '../words/words'
import { useRefresh } from './names'
import css from './profile.module.css'
import type { Enriched } from './types'

type Outcome = { status: string; filled: string[] }

const statusText = (status: string, t: T): string => t(`enrich.status.${status}` as Key)

/** Asks what others know of this person, and says what came of it. */
export function Enrich({ id, enriched: { offered, status, by, at } }: { id: number; enriched: Enriched }) {
  const { t } = useWords()
  const live = useLive()
  const times = useTimes()
  const now = useNow()
  const refresh = useRefresh()
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState('')
  if (!offered) return null
  const ask = async () => {
    setBusy(true)
    setSaid('')
    try {
      const outcome = await live.rest<Outcome>('POST', `contacts/${id}/enrich`, { force: status !== null })
      setSaid(outcome.filled.length ? t('enrich.filled', { n: outcome.filled.length }) : statusText(outcome.status, t))
      // An attribute that nobody had before has a name that is new too.
      if (outcome.filled.length) refresh(`profile ${id}`, 'profile', 'contacts', 'names attributes')
      else refresh('profile')
    } catch (problem) {
      setSaid(problem instanceof RestError && problem.status ? t('failed.action') : t('profile.noLink'))
    } finally {
      setBusy(false)
    }
  }
  const before = status && at ? t('enrich.at', { provider: by ?? '', date: times.ago(at, now), what: status === 'found' ? t('enrichment.found') : statusText(status, t) }) : ''
  return (
    <div className={css.enrich}>
      <Button size="compact-md" variant="default" loading={busy} leftSection={<IconSparkles size={16} aria-hidden="true" />} onClick={() => void ask()}>
        {status ? t('enrich.again') : t('enrich.button')}
      </Button>
      <span className={css.enriched} role="status">{said}</span>
      {!said && before && <span className={css.enriched}>{before}</span>}
    </div>
  )
}
