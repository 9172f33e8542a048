import { Button } from '@mantine/core'
import type { Call, CallDeed } from '@shared/types'
import type { ReactNode } from 'react'
import { Link, useLocation, useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { useMay } from '../live/may'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import page from '../settings/settings.module.css'
import { Sheet } from '../settings/sheet'
import { useTimes } from '../words/times'
import { useWords, type Key, type T } from '../words/words'
import CallButton from './call-button'
import css from './calls.module.css'
import { span } from './clock'
import { useOneCall } from './data'
import { Listening } from './listening'
import { Recordings } from './recordings'
import { outcome } from './row'
import { WrapUp } from './wrap-up'

/** A call with all that happened in it, and what came out of it. */
export function CallPage({ id }: { id: number }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const fromHere = useLocation().key !== 'default'
  const { data: call, error, refetch } = useOneCall(id)
  const back = () => void (fromHere ? navigate(-1) : navigate('/calls'))
  useActions([{ id: 'back', label: t('calls.back'), keys: 'Escape', group: t('calls.title'), hidden: true, run: back }])
  const gone = error instanceof RestError && error.status === 404
  const name = call?.contact?.name || t('calls.nobody')
  return (
    <Sheet title={call ? t('calls.with', { name }) : t('calls.title')} why={call ? `${t(`calls.direction.${call.direction}`)} · ${outcome(call, t)}` : ''}
      actions={<span className={css.filters}>{call?.contact?.name && <CallButton contact={call.contact} />}<Button variant="default" component={Link} to="/calls">{t('calls.toLog')}</Button></span>}>
      {gone && <p className={page.note} role="alert">{t('calls.gone')}</p>}
      {error && !gone && !call && <div role="alert"><p>{t('failed.action')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!call && !error && <Late><p className={page.note}>{t('loading')}</p></Late>}
      {call && <Facts call={call} />}
      {call && <Listening call={call} />}
      {call && <Recordings call={call} />}
      {call?.answered && call.state !== 'ringing' && <Outcome call={call} />}
      {call && <History call={call} />}
    </Sheet>
  )
}

function Facts({ call }: { call: Call }) {
  const { t } = useWords()
  const times = useTimes()
  const facts: [Key, ReactNode][] = [
    ['calls.fact.contact', call.contact?.name && <Link key="c" className={page.inline} to={`/person/${call.contact.id}`}>{call.contact.name}</Link>],
    ['calls.fact.agent', call.agent?.name],
    ['calls.fact.began', times.full(call.began)],
    ['calls.fact.answered', call.answered && times.full(call.answered)],
    ['calls.fact.length', call.answered && call.ended && span(call.seconds)],
    ['calls.fact.conversation', call.conversation && <Link key="t" className={page.inline} to={`/inbox/open/${call.conversation}`}>{t('calls.fact.open')}</Link>],
  ]
  return <dl className={css.facts}>{facts.filter(([, value]) => value).map(([name, value]) => <Fact key={name} name={t(name)}>{value}</Fact>)}</dl>
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => <><dt>{name}</dt><dd>{children}</dd></>

function Outcome({ call }: { call: Call }) {
  const { t } = useWords()
  const may = useMay('calls.take')
  const kept = call.wrap_up
  return (
    <section className={page.part}>
      <h3 className={page.partName}>{t('calls.outcomeTitle')}</h3>
      {kept && <p className={page.note}>{t('calls.outcomeBy', { name: kept.by.name })}</p>}
      {may ? <WrapUp key={kept?.at ?? ''} call={call} done={() => {}} /> : <p>{[kept?.code, kept?.note].filter(Boolean).join(' · ') || t('calls.outcomeNone')}</p>}
    </section>
  )
}

function History({ call }: { call: Call }) {
  const { t } = useWords()
  const times = useTimes()
  return (
    <section className={page.part}>
      <h3 className={page.partName}>{t('calls.history')}</h3>
      <ol className={css.history}>
        {call.history.map((deed, index) => <li key={index}><time dateTime={deed.at} title={times.full(deed.at)}>{times.clock(deed.at)}</time><span>{said(deed, t)}</span></li>)}
      </ol>
    </section>
  )
}

const DEEDS = ['began', 'accepted', 'declined', 'held', 'resumed', 'handed', 'ended', 'wrapped_up', 'moved', 'recorded', 'recording_paused', 'recording_ended', 'not_recorded', 'listened', 'message', 'consulted', 'consult_taken', 'consult_over'] as const

/** A line of the history; what this panel has no words for yet is shown as the server calls it. */
function said({ what, by, to }: CallDeed, t: T): string {
  const deed = DEEDS.find((each) => each === what)
  const name = by?.name ?? 'Switchboard'
  if (!deed) return [name, what, to].filter(Boolean).join(' · ')
  if (deed === 'ended' && by && to === 'hung_up') return t('calls.deed.hungUp', { name })
  if (deed === 'ended') return t(by ? 'calls.deed.endedBy' : 'calls.deed.ended', { name, why: t(`calls.reason.${to ?? 'hung_up'}` as Key) })
  if (deed === 'wrapped_up') return t(to ? 'calls.deed.wrapped_up' : 'calls.deed.noted', { name, code: to ?? '' })
  return t(`calls.deed.${deed}`, { name, to: to ?? '' })
}
