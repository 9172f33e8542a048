import { useWords } from '../words/words'
import css from './deals.module.css'
import type { Status } from './types'

/** Whether a deal goes on, was won or lost; in words, with a colour beside them. */
export function State({ of }: { of: Status }) {
  const { t } = useWords()
  return <span className={css.state} data-status={of}>{t(`deals.status.${of}`)}</span>
}
