import { IconAlertTriangle } from '@tabler/icons-react'
import { useWords } from '../words/words'
import css from './conversation.module.css'
import { doubtOf } from './link-doubts'

/** Says beside a link where it really leads, where its words may make somebody believe something else. */
export default function LinkWarning({ address }: { address: string }) {
  const { t } = useWords()
  const doubt = doubtOf(address)
  if (!doubt) return null
  const { kind, host } = doubt
  return (
    <span className={css.doubt}>
      <IconAlertTriangle size={14} stroke={1.8} aria-hidden="true" />
      <span>{t(`doubt.${kind}`)} <bdi className={css.host}>{host}</bdi></span>
    </span>
  )
}
