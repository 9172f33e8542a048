import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useFact, useLive } from '../live/context'
import { localMoment } from '../parts/local-moment'
import { Select, Text } from '../people/fields'
import fields from '../people/fields.module.css'
import { useRefresh } from '../people/names'
import profile from '../people/profile.module.css'
import { tellFailed, tellWithUndo } from '../people/undo'
import { Section } from '../person/person'
import { refusal } from '../words/refusals'
import { useTimes } from '../words/times'
import { useWords } from '../words/words'
import { useCrm } from './data'
import css from './deals.module.css'
import type { Activity, ActivityType, Deal } from './types'

const HOUR = 3_600_000
const MOST = 200

/** A deal or a person; and the conversation beside which one plans. */
type About = { deal?: Deal; contact?: { id: number; name: string }; conversation?: number }

/** What is to be done about a deal or a person and what was: the next ones first, those that are late said so. */
export function Activities({ deal, contact, conversation }: About) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const [adding, setAdding] = useState(false)
  const whose = deal ? `deal=${deal.id}` : `contact=${contact?.id}`
  const { data, isError } = useCrm<{ activities: Activity[]; cursor: string | null }>(['activities', whose], `activities?${whose}&limit=${MOST}`)
  const about = deal ? { deal: deal.id, ...(deal.contact ? { contact: deal.contact.id } : {}), ...(deal.company ? { company: deal.company.id } : {}) } : { contact: contact?.id }
  const types = useCrm<{ types: ActivityType[] }>(['activity', 'types'], 'activity-types').data?.types
  const failed = (error: unknown) => tellFailed(t, refusal(error, t))
  const does = (method: string, path: string, body?: object) => live.rest(method, path, body).then(() => refresh('activities', 'deals'))
  const tick = ({ id, name, done }: Activity) => does('POST', `activities/${id}/${done ? 'reopen' : 'finish'}`, {})
    .then(() => { if (!done) tellWithUndo(t, t('activity.finished', { name }), () => does('POST', `activities/${id}/reopen`, {})) }, failed)
  // What is open first, by its time; what is done below, the last first.
  const all = data?.activities ?? []
  const shown = [...all.filter(({ done }) => !done), ...all.filter(({ done }) => done).reverse()]
  return (
    <Section title={t('activities.title')}>
      {isError && !data && <p className={profile.none} role="alert">{t('activities.failed')}</p>}
      {data && shown.length === 0 && <p className={profile.none}>{t('activities.none')}</p>}
      {shown.length > 0 && (
        <ul className={css.items} aria-label={t('activities.title')}>
          {shown.map((one) => (
            <li key={one.id} className={css.item}>
              <input type="checkbox" className={fields.check} checked={one.done} onChange={() => void tick(one)} aria-label={t('activity.done', { name: one.name })} />
              <What activity={one} type={types?.find(({ id }) => id === one.type)?.name} />
              <ActionIcon size={28} onClick={() => void does('DELETE', `activities/${one.id}`).catch(failed)} aria-label={t('activity.delete', { name: one.name })} title={t('activity.delete', { name: one.name })}><IconTrash size={14} /></ActionIcon>
            </li>
          ))}
        </ul>
      )}
      {adding
        ? <NewActivity types={types ?? []} close={() => setAdding(false)} plan={(said) => does('POST', 'activities', { ...said, ...about, ...(conversation ? { conversation } : {}) })} />
        : <div><Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>{t('activities.add')}</Button></div>}
    </Section>
  )
}

function What({ activity: { name, due, done, done_at: at, overdue, assignee }, type }: { activity: Activity; type: string | undefined }) {
  const { t, locale } = useWords()
  const times = useTimes()
  const agents = useFact((state) => state.agents)
  const when = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const owner = agents.find(({ id }) => id === assignee)?.name
  return (
    <span className={css.lines} data-done={done || undefined}>
      <span>{name}</span>
      <span className={css.more}>
        {type && `${type} · `}
        {done && at ? t('activity.doneAt', { when: when.format(new Date(at)) })
          : <time dateTime={due} title={times.full(due)} className={overdue ? css.late : undefined}>{t(overdue ? 'activity.late' : 'activity.due', { when: when.format(new Date(due)) })}</time>}
        {owner && ` · ${owner}`}
      </span>
    </span>
  )
}

type NewProps = { types: ActivityType[]; close: () => void; plan: (said: object) => Promise<unknown>; first?: string }

/** Asks what is to be done, when and by whom; `first` is what one may have meant. */
export function NewActivity({ types, close, plan, first = '' }: NewProps) {
  const { t } = useWords()
  const me = useFact((state) => state.session?.agent.id)
  const agents = useFact((state) => state.agents)
  const [who, setWho] = useState<number | undefined>(me)
  const [name, setName] = useState(first)
  const [type, setType] = useState(0)
  const [due, setDue] = useState(() => localMoment(new Date(Math.ceil((Date.now() + HOUR) / HOUR) * HOUR).toISOString()))
  const [refused, setRefused] = useState('')
  const ready = name.trim() !== '' && due !== ''
  const save = () => plan({ name: name.trim(), due: new Date(due).toISOString(), ...(type ? { type } : {}), ...(who ? { assignee: who } : {}) }).then(close, (error: unknown) => setRefused(refusal(error, t)))
  return (
    <form className={css.adding} aria-label={t('activities.add')} onSubmit={(event) => { event.preventDefault(); if (ready) void save() }}
      onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); close() } }}>
      <Text label={t('activity.what')} placeholder={t('activity.what')} value={name} write={setName} maxLength={254} autoFocus data-autofocus onFocus={(event) => event.currentTarget.select()} className="" />
      <div className={css.wrap}>
        <Select label={t('activity.type')} value={type || types[0]?.id} pick={(id) => setType(Number(id))}>{types.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</Select>
        <Text label={t('activity.when')} type="datetime-local" value={due} write={setDue} className="" />
        <Select label={t('activity.who')} value={who ?? ''} pick={(id) => setWho(Number(id) || undefined)}>
          <option value="">{t('deals.nobody')}</option>
          {agents.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
        </Select>
      </div>
      {refused && <p className={css.error} role="alert">{refused}</p>}
      <div className={css.wrap}>
        <Button type="submit" size="compact-md" disabled={!ready}>{t('activity.plan')}</Button>
        <Button size="compact-md" variant="subtle" color="gray" onClick={close}>{t('cancel')}</Button>
      </div>
    </form>
  )
}
