import { IconAlertCircle, IconCheck, IconChecks, IconClock } from '@tabler/icons-react'
import { useWords } from '../words/words'
import css from './conversation.module.css'
import type { Progress } from './lines'

const ICONS = { waiting: IconClock, sent: IconCheck, delivered: IconChecks, read: IconChecks, failed: IconAlertCircle }

/** One language of marks: clock, one tick, two ticks, two coloured ticks, red. */
export function Ticks({ progress }: { progress: Progress }) {
  const { t } = useWords()
  const Icon = ICONS[progress]
  return (
    <span className={css.ticks} data-progress={progress} role="img" aria-label={t(`progress.${progress}`)} title={t(`progress.${progress}`)}>
      <Icon size={15} stroke={2} aria-hidden="true" />
    </span>
  )
}
