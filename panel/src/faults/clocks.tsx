import { IconAlertTriangle, IconCheck, IconClock } from '@tabler/icons-react'
import type { Fault } from '../live/api-types'
import { useWords } from '../words/words'
import css from './faults.module.css'

export function StateTag({ state }: { state: Fault['state'] }) {
  const { t } = useWords()
  return <span className={css.tag} data-state={state}>{t(`faults.state.${state}`)}</span>
}

const ICONS = { open: IconClock, soon: IconClock, missed: IconAlertTriangle, kept: IconCheck }

/** A deadline in a few words: until when, or that it is near, late or kept. */
export function ClockTag({ name, clock }: { name: 'response' | 'repair'; clock: Fault['response'] }) {
  const { t, locale } = useWords()
  const Icon = ICONS[clock.state]
  const when = new Date(clock.state === 'kept' ? clock.done! : clock.due).toLocaleString(locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
  return <span className={css.tag} data-clock={clock.state}><Icon size={14} aria-hidden="true" />{t(`faults.${name}.${clock.state}`, { when })}</span>
}
