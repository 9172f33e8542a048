import { Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { AllGroupHours, HoursRule } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import { useSaving } from './saving'
import css from './settings.module.css'
import { Sheet } from './sheet'
import { useDays, Zone } from './stretches'
import week from './stretches.module.css'
import { byDay, Holidays, inOrder, isTwice, together, Week } from './week'

type Hours = Pick<HoursRule, 'zone' | 'week' | 'holidays'>

function useGroupHours() {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: ['hours/groups'], queryFn: ({ signal }) => live.rest<AllGroupHours>('GET', 'hours/groups', undefined, signal), enabled: online, staleTime: 10_000 })
}

/** Below the hours of all: which group has its own. */
export function GroupHours() {
  const { t } = useWords()
  const groups = useFact((state) => state.groups)
  const { data } = useGroupHours()
  const say = useSaid()
  if (!data || !groups.length) return null
  return (
    <section className={own.section} aria-labelledby="hours-groups">
      <h3 className={own.title} id="hours-groups">{t('hours.groups')}</h3>
      <p className={css.note}>{t('hours.groupsWhy')}</p>
      <ul className={css.rows} aria-labelledby="hours-groups">
        {groups.map(({ id, name }) => {
          const hours = data.groups.find(({ group }) => group === id)?.hours
          return (
            <li key={id} className={`${css.row} ${css.wraps}`}>
              <span className={css.lines}><strong>{name}</strong><span className={css.more}>{hours ? say(hours) : t('hours.asUsual')}</span></span>
              <span className={css.acts}><Button component={Link} to={`/settings/hours?group=${id}`} size="compact-md" variant="default" aria-label={t('hours.changeOf', { name })}>{t('hours.change')}</Button></span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** The hours of one group: its own, or those of all. */
export function HoursOfGroup({ id, usual }: { id: number; usual: HoursRule }) {
  const { t } = useWords()
  const name = useFact((state) => state.groups.find((one) => one.id === id)?.name)
  const known = useFact((state) => state.fresh)
  const { data, error, refetch } = useGroupHours()
  const hours = data?.groups.find(({ group }) => group === id)?.hours ?? null
  const back = <Button component={Link} to="/settings/hours" variant="subtle" size="compact-md" leftSection={<IconArrowLeft size={16} />}>{t('hours.back')}</Button>
  return (
    <Sheet title={name ? t('hours.of', { name }) : t('settings.hours')} why={t('hours.ofWhy')} actions={back}>
      {error && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && known && !name && <p className={css.note} role="status">{t('hours.noGroup')}</p>}
      {data && name && <Own key={JSON.stringify(hours)} id={id} kept={hours} usual={usual} />}
    </Sheet>
  )
}

function Own({ id, kept, usual }: { id: number; kept: Hours | null; usual: HoursRule }) {
  const { t } = useWords()
  const may = useMay('hours.manage')
  // Whoever gives a group its own hours changes some of those that held until now.
  const [first] = useState(() => kept ?? { zone: usual.zone, week: usual.week, holidays: usual.holidays })
  const [on, setOn] = useState(kept !== null)
  const [hours, setHours] = useState<Hours>(first)
  const [days, setDays] = useState(() => byDay(first.week))
  const { busy, failed, save } = useSaving(`hours/groups/${id}`, 'hours.savedGroup', 'hours/groups')
  const set = (part: Partial<Hours>) => setHours((now) => ({ ...now, ...part }))
  const twice = on && isTwice(hours.holidays)
  const closed = on && days.every((times) => !times.length)
  const same = on === (kept !== null) && (!on || (JSON.stringify(hours) === JSON.stringify(first) && JSON.stringify(days) === JSON.stringify(byDay(first.week))))
  const submit = () => save({ hours: on ? { zone: hours.zone, week: together(days), holidays: inOrder(hours.holidays) } : null })
  return (
    <form className={css.part} style={{ gap: 'var(--sb-space-8)' }} onSubmit={(event) => { event.preventDefault(); if (!twice) void submit() }}>
      <fieldset className={css.fieldset} style={{ gap: 'var(--sb-space-3)' }} disabled={!may}>
        <label className={week.head}>
          <input type="checkbox" className={own.check} checked={on} onChange={() => setOn(!on)} />
          <span className={css.lines}><strong>{t('hours.own')}</strong><span className={css.more}>{t('hours.ownWhat')}</span></span>
        </label>
        {on && (
          <>
            <Zone id="group-zone" value={hours.zone} change={(zone) => set({ zone })} />
            <Week days={days} change={setDays} />
            {closed && <p className={css.note} role="status">{t('hours.never')}</p>}
            <Holidays value={hours.holidays} change={(holidays) => set({ holidays })} />
            {twice && <p className={own.error} role="alert">{t('hours.twice')}</p>}
          </>
        )}
      </fieldset>
      {failed && <p className={own.error} role="alert">{t('failed.action')}</p>}
      {may ? <div className={css.foot}><Button type="submit" loading={busy} disabled={same || twice}>{t('save')}</Button></div> : <p className={css.note}>{t('privacySettings.forbidden')}</p>}
    </form>
  )
}

/** Hours in a line: Mon–Fri 09:00–17:00, Sat 10:00–14:00 · Warsaw. */
function useSaid() {
  const { t } = useWords()
  const names = useDays('short')
  const span = (days: readonly number[]) => {
    const runs: number[][] = []
    for (const day of [...days].sort()) {
      const last = runs.at(-1)
      if (last?.at(-1) === day - 1) last.push(day)
      else runs.push([day])
    }
    return runs.map((run) => (run.length > 1 ? `${names[run[0]!]}–${names[run.at(-1)!]}` : names[run[0]!])).join(', ')
  }
  return ({ zone, week, holidays }: Hours) => [
    week.map(({ days, begins, ends }) => `${span(days)} ${begins}–${ends}`).join('; ') || t('hours.closedDay'),
    zone.split('/').at(-1)!.replaceAll('_', ' '), ...(holidays.length ? [t('hours.holidaysOf', { n: holidays.length })] : []),
  ].join(' · ')
}
