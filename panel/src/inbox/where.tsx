import { Suspense, type ReactNode } from 'react'
import type { Priority, Status } from '@shared/types'
import { useFact } from '../live/context'
import type { Where } from '../live/saved-views'
import { Select } from '../people/fields'
import fields from '../people/fields.module.css'
import { aside, useWords } from '../words/words'
import { Chip } from './chip'
import { useLabels } from './labels-data'
import { PRIORITIES, PriorityIcon } from './priority'
import css from './where.module.css'

const STATUSES: Status[] = ['open', 'pending', 'snoozed', 'closed']
const CHANNELS = ['chat', 'email', 'sms'] as const
const DAY = 86_400_000
const PickSegments = aside(() => import('../segments/pick-segments'), 'people', 'segments')

type Props = { where: Where; set: (where: Where) => void }

/** The conditions of a view or a search, each with its choices. */
export function WhereForm({ where, set }: Props) {
  const { t } = useWords()
  const labels = useLabels()?.filter(({ merging }) => !merging) ?? []
  const agents = useFact((state) => state.agents)
  const groups = useFact((state) => state.groups)
  const turn = <One,>(list: One[] | undefined, one: One): One[] => (list?.includes(one) ? list.filter((each) => each !== one) : [...(list ?? []), one])
  const who = (value: string) => (value === '' ? null : /^\d+$/.test(value) ? Number(value) : (value as 'me'))
  return (
    <div className={css.where}>
      <Set label={t('where.status')}>
        {STATUSES.map((one) => <Check key={one} on={where.status?.includes(one)} turn={() => set({ ...where, status: turn(where.status, one) })}>{t(`where.status.${one}`)}</Check>)}
      </Set>
      <div className={css.pair}>
        <label className={css.field}><span>{t('where.assignee')}</span>
          <Select label={t('where.assignee')} value={where.assignee ?? ''} pick={(value) => set({ ...where, assignee: who(value) })}>
            <option value="">{t('where.anybody')}</option>
            <option value="me">{t('where.me')}</option>
            <option value="none">{t('assign.nobody')}</option>
            {agents.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </Select>
        </label>
        {groups.length > 0 && (
          <label className={css.field}><span>{t('choose.group')}</span>
            <Select label={t('choose.group')} value={where.group ?? ''} pick={(value) => set({ ...where, group: who(value) as Where['group'] })}>
              <option value="">{t('where.anyGroup')}</option>
              <option value="mine">{t('view.groups')}</option>
              <option value="none">{t('assign.noGroup')}</option>
              {groups.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
            </Select>
          </label>
        )}
      </div>
      <Set label={t('keys.priority')}>
        {([...PRIORITIES, 'none'] as (Priority | 'none')[]).map((one) => (
          <Check key={one} on={where.priority?.includes(one)} turn={() => set({ ...where, priority: turn(where.priority, one) })}>
            <PriorityIcon priority={one === 'none' ? null : one} silent />{t(`priority.${one}`)}
          </Check>
        ))}
      </Set>
      {labels.length > 0 && (
        <Set label={t('keys.labels')}>
          {labels.map(({ id, name, colour }) => <Check key={id} on={where.labels?.includes(id)} turn={() => set({ ...where, labels: turn(where.labels, id) })}><Chip colour={colour}>{name}</Chip></Check>)}
        </Set>
      )}
      <Suspense><PickSegments named={css.named} label={t('where.segments')} chosen={where.segments ?? []} set={(segments) => set({ ...where, segments })} /></Suspense>
      <Set label={t('where.channel')}>
        {CHANNELS.map((one) => <Check key={one} on={where.channel?.includes(one)} turn={() => set({ ...where, channel: turn(where.channel, one) })}>{t(`where.channel.${one}`)}</Check>)}
      </Set>
      <Set label={t('where.only')}>
        <Check on={where.unread} turn={() => set({ ...where, unread: !where.unread })}>{t('where.unread')}</Check>
        <Check on={where.waiting} turn={() => set({ ...where, waiting: !where.waiting })}>{t('where.waiting')}</Check>
      </Set>
      <div className={css.pair}>
        <Days label={t('where.created')} from={where.created_from} to={where.created_to} set={(created_from, created_to) => set({ ...where, created_from, created_to })} />
        <Days label={t('where.updated')} from={where.updated_from} to={where.updated_to} set={(updated_from, updated_to) => set({ ...where, updated_from, updated_to })} />
      </div>
    </div>
  )
}

function Set({ label, children }: { label: string; children: ReactNode }) {
  return <fieldset className={css.set}><legend>{label}</legend><div className={css.checks}>{children}</div></fieldset>
}

function Check({ on = false, turn, children }: { on?: boolean; turn: () => void; children: ReactNode }) {
  return <label className={css.check}><input type="checkbox" className={fields.check} checked={on} onChange={turn} />{children}</label>
}

/** Whole days of this browser's time zone, the last one inclusive. */
function Days({ label, from, to, set }: { label: string; from?: number | null; to?: number | null; set: (from: number | null, to: number | null) => void }) {
  const { t } = useWords()
  const day = (at: number | null | undefined) => {
    if (at == null) return ''
    const date = new Date(at)
    return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`
  }
  const at = (value: string, days: number) => {
    if (!value) return null
    const [year, month, date] = value.split('-').map(Number)
    return new Date(year!, month! - 1, date! + days).getTime()
  }
  return (
    <fieldset className={css.set}>
      <legend>{label}</legend>
      <div className={css.days}>
        <input type="date" className={fields.field} aria-label={t('where.from', { what: label })} value={day(from)} onChange={(event) => set(at(event.currentTarget.value, 0), to ?? null)} />
        <span aria-hidden="true">–</span>
        <input type="date" className={fields.field} aria-label={t('where.to', { what: label })} value={day(to == null ? to : to - DAY / 2)} onChange={(event) => set(from ?? null, at(event.currentTarget.value, 1))} />
      </div>
    </fieldset>
  )
}
