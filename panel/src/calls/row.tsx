import { IconPhoneIncoming, IconPhoneOutgoing, IconPhoneX } from '@tabler/icons-react'
import type { Call } from '@shared/types'
import { Link } from 'react-router'
import { Ago } from '../parts/ago'
import { useWords, type T } from '../words/words'
import CallButton from './call-button'
import css from './calls.module.css'
import { span } from './clock'

/** Whether a contact called and nobody took it. */
export const isMissed = ({ direction, answered, state }: Call): boolean => direction === 'in' && !answered && state === 'ended'

/** What became of a call, in words: who talked for how long, or why nobody did. */
export function outcome(call: Call, t: T): string {
  if (call.state !== 'ended') return t(`calls.state.${call.state}`)
  if (call.answered) return t('calls.talked', { time: span(call.seconds) })
  return t(isMissed(call) ? `calls.missed.${call.reason ?? 'unanswered'}` : `calls.reason.${call.reason === 'nobody' ? 'notOnline' : call.reason ?? 'unanswered'}`)
}

/** The direction of a call; a missed one and one that goes on stand out, and their words say so too. */
export function Sign({ call }: { call: Call }) {
  const missed = isMissed(call)
  const Icon = missed ? IconPhoneX : call.direction === 'in' ? IconPhoneIncoming : IconPhoneOutgoing
  return <span className={css.sign} data-missed={missed || undefined} data-live={call.state !== 'ended' || undefined}><Icon size={16} aria-hidden="true" /></span>
}

export function Row({ call }: { call: Call }) {
  const { t } = useWords()
  const name = call.contact?.name || t('calls.nobody')
  const said = [t(`calls.direction.${call.direction}`), outcome(call, t), call.agent?.name, call.wrap_up?.code].filter(Boolean).join(' · ')
  return (
    <li className={css.row}>
      <Link to={`/calls/${call.id}`} data-row>
        <Sign call={call} />
        <span className={css.who}><span className={css.name}>{name}</span><span className={`${css.more} ${isMissed(call) ? css.missed : ''}`}>{said}</span></span>
        <span className={`${css.when} ${css.last}`}><Ago at={call.began} /></span>
      </Link>
      {call.contact?.name && <CallButton contact={call.contact} />}
    </li>
  )
}
