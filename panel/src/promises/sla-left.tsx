import type { Conversation } from '@shared/types'
import { useNow } from '../words/times'
import { useWords } from '../words/words'
import css from './sla-left.module.css'
import { span } from './span'

/** How much time is left until the next promise is due: a word, a figure and a colour; nothing where nothing is promised. */
export default function SlaLeft({ sla }: { sla: Conversation['sla'] }) {
  const { t, locale } = useWords()
  const now = useNow()
  if (!sla?.kind || !sla.due || !sla.warn) return null
  const due = Date.parse(sla.due)
  const left = sla.left ?? due - +now
  const state = sla.left !== null ? 'paused' : left <= 0 ? 'over' : +now >= Date.parse(sla.warn) ? 'near' : 'running'
  const time = span(Math.abs(left), locale)
  const full = t(`promise.due.${sla.kind}`, { when: new Date(due).toLocaleString(locale, { weekday: 'short', hour: '2-digit', minute: '2-digit' }) })
  const said = state === 'paused' ? t('promise.paused', { time }) : state === 'over' ? t('promise.over', { time }) : t('promise.left', { time })
  return <span className={css.left} data-state={state} title={state === 'paused' ? said : full}>{said}</span>
}
