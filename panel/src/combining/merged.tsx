import css from '../conversation/conversation.module.css'
import { useTimes } from '../words/times'
import { useWords } from '../words/words'

/** That another conversation became a part of this one. */
export default function Merged({ name, at }: { name: string; at: string }) {
  const { t } = useWords()
  const times = useTimes()
  return <p className={css.event} title={times.full(at)}>{t('combine.merged', { name })} · {times.clock(at)}</p>
}
