import { IconAlertSquareRounded, IconAntennaBars1, IconAntennaBars3, IconAntennaBars4, IconAntennaBars5, type TablerIcon } from '@tabler/icons-react'
import type { Priority } from '@shared/types'
import { useWords } from '../words/words'
import css from './marks.module.css'

/** The most urgent one first, as they are chosen. */
export const PRIORITIES: Priority[] = ['urgent', 'high', 'normal', 'low']
const ICONS: Record<Priority | 'none', TablerIcon> = { urgent: IconAlertSquareRounded, high: IconAntennaBars5, normal: IconAntennaBars4, low: IconAntennaBars3, none: IconAntennaBars1 }

/** A picture that says by its form, too, how urgent it is. */
export function PriorityIcon({ priority, silent }: { priority: Priority | null; silent?: boolean }) {
  const { t } = useWords()
  const name = priority ?? 'none'
  const Icon = ICONS[name]
  const label = t(`priority.${name}`)
  return (
    <span className={css.priority} data-priority={name} title={silent ? undefined : label} {...(silent ? { 'aria-hidden': true } : { role: 'img', 'aria-label': t('priority.is', { name: label }) })}>
      <Icon size={16} stroke={1.8} aria-hidden="true" />
    </span>
  )
}
