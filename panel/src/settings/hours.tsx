import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { HoursRule, Stretch } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import fields from '../people/fields.module.css'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import css from './settings.module.css'
import { useSaving } from './saving'
import { Sheet } from './sheet'
import { here, Range, useDays, Zone } from './stretches'
import week from './stretches.module.css'

/** When the team is there, and what the chat says by itself while it is not. */
export default function Hours() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data, error, refetch } = useQuery({ queryKey: ['hours'], queryFn: ({ signal }) => live.rest<HoursRule>('GET', 'hours', undefined, signal), enabled: online, staleTime: 10_000 })
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.hours')} why={t('hours.why')}>
      {forbidden && <p className={css.note} role="status">{t('privacySettings.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <Rule key={JSON.stringify(data)} kept={data} />}
    </Sheet>
  )
}

type Times = Pick<Stretch, 'begins' | 'ends'>

/** The times of each day, as the page shows them, and back. */
const byDay = (stretches: readonly Stretch[]): Times[][] =>
  [0, 1, 2, 3, 4, 5, 6].map((day) => stretches.filter(({ days }) => days.includes(day)).map(({ begins, ends }) => ({ begins, ends })))
const together = (days: Times[][]): Stretch[] => {
  const found = new Map<string, Stretch>()
  days.forEach((times, day) => times.forEach(({ begins, ends }) => {
    const one = found.get(`${begins} ${ends}`) ?? { days: [], begins, ends }
    if (!one.days.includes(day)) one.days.push(day)
    found.set(`${begins} ${ends}`, one)
  }))
  return [...found.values()]
}

function Rule({ kept }: { kept: HoursRule }) {
  const { t } = useWords()
  // Whoever opens the page for the first time is most likely where the team is.
  const [first] = useState(() => ({ ...kept, zone: !kept.on && kept.zone === 'UTC' ? here() : kept.zone }))
  const [rule, setRule] = useState(first)
  const [days, setDays] = useState(() => byDay(kept.week))
  const { busy, failed, save } = useSaving<HoursRule>('hours', 'hours.saved')
  const set = (part: Partial<HoursRule>) => setRule((now) => ({ ...now, ...part }))
  const holidays = rule.holidays.filter(({ date }) => date)
  const twice = new Set(holidays.map(({ date }) => date)).size < holidays.length
  const same = JSON.stringify(rule) === JSON.stringify(first) && JSON.stringify(days) === JSON.stringify(byDay(kept.week))
  const submit = () => save({ ...rule, week: together(days), holidays: [...holidays].sort((a, b) => (a.date < b.date ? -1 : 1)) })
  return (
    <form className={css.part} style={{ gap: 'var(--sb-space-8)' }} onSubmit={(event) => { event.preventDefault(); if (!twice) void submit() }}>
      <section className={own.section}>
        <label className={week.head}>
          <input type="checkbox" className={own.check} checked={rule.on} onChange={() => set({ on: !rule.on })} />
          <span className={css.lines}><strong>{t('hours.on')}</strong><span className={css.more}>{t('hours.onWhat')}</span></span>
        </label>
        {rule.on && (
          <>
            <Zone id="hours-zone" value={rule.zone} change={(zone) => set({ zone })} />
            <Week days={days} change={setDays} />
            <Holidays value={rule.holidays} change={(holidays) => set({ holidays })} />
            {twice && <p className={own.error} role="alert">{t('hours.twice')}</p>}
          </>
        )}
      </section>
      <section className={own.section}>
        <h3 className={own.title}>{t('hours.away')}</h3>
        <p className={css.note}>{t('hours.awayWhy')}</p>
        {rule.on && <Texts name="closed" value={rule.closed} change={(closed) => set({ closed })} hint={t('hours.opening', { name: '{opening}' })} />}
        <Texts name="nobody" value={rule.nobody} change={(nobody) => set({ nobody })} />
      </section>
      {failed && <p className={own.error} role="alert">{t('hours.failed', { name: '{opening}' })}</p>}
      <div className={css.foot}><Button type="submit" loading={busy} disabled={same || twice}>{t('save')}</Button></div>
    </form>
  )
}

function Week({ days, change }: { days: Times[][]; change: (days: Times[][]) => void }) {
  const { t } = useWords()
  const names = useDays('long')
  const set = (day: number, times: Times[]) => change(days.map((each, at) => (at === day ? times : each)))
  return (
    <div className={week.rows}>
      {days.map((times, day) => {
        const name = names[day]!
        const add = () => set(day, [...times, times.length ? { begins: '18:00', ends: '20:00' } : { begins: '09:00', ends: '17:00' }])
        return (
          <div key={day} className={week.dayRow} role="group" aria-label={name}>
            <label className={`${week.way} ${week.dayName}`}>
              <input type="checkbox" className={fields.check} checked={times.length > 0} onChange={() => (times.length ? set(day, []) : add())} />
              <span>{name}</span>
            </label>
            <span className={week.ranges}>
              {times.length === 0 && <span className={week.closed}>{t('hours.closedDay')}</span>}
              {times.map((one, index) => (
                <span key={index} className={week.one}>
                  <Range value={one} label={name} change={(part) => set(day, times.map((each, at) => (at === index ? { ...each, ...part } : each)))} />
                  {times.length > 1 && <ActionIcon aria-label={t('week.remove', { name: `${name}, ${one.begins}–${one.ends}` })} onClick={() => set(day, times.filter((_, at) => at !== index))}><IconX size={16} /></ActionIcon>}
                  {index === times.length - 1 && times.length < 6 && <ActionIcon aria-label={t('hours.addTo', { name })} title={t('hours.addTo', { name })} onClick={add}><IconPlus size={16} /></ActionIcon>}
                </span>
              ))}
            </span>
          </div>
        )
      })}
    </div>
  )
}

type Holiday = HoursRule['holidays'][number]

function Holidays({ value, change }: { value: readonly Holiday[]; change: (value: Holiday[]) => void }) {
  const { t } = useWords()
  const edit = (index: number, part: Partial<Holiday>) => change(value.map((each, at) => (at === index ? { ...each, ...part } : each)))
  return (
    <fieldset className={css.fieldset} style={{ gap: 'var(--sb-space-2)' }}>
      <legend className={css.legend}>{t('hours.holidays')}</legend>
      {value.map(({ date, name, yearly }, index) => (
        <div key={index} className={week.holiday}>
          <input type="date" required className={fields.field} value={date} aria-label={t('hours.date')} onChange={(event) => edit(index, { date: event.currentTarget.value })} />
          <input type="text" className={fields.field} value={name} maxLength={100} placeholder={t('hours.holidayName')} aria-label={t('hours.holidayName')} onChange={(event) => edit(index, { name: event.currentTarget.value })} />
          <label className={week.way}><input type="checkbox" className={fields.check} checked={yearly ?? false} onChange={() => edit(index, { yearly: !yearly })} /><span>{t('hours.yearly')}</span></label>
          <ActionIcon aria-label={t('week.remove', { name: name || date })} onClick={() => change(value.filter((_, at) => at !== index))}><IconX size={16} /></ActionIcon>
        </div>
      ))}
      <div><Button variant="default" size="compact-md" leftSection={<IconPlus size={16} />} onClick={() => change([...value, { date: '', name: '', yearly: false }])}>{t('hours.addHoliday')}</Button></div>
    </fieldset>
  )
}

type AwayText = HoursRule['closed']

function Texts({ name, value, change, hint }: { name: 'closed' | 'nobody'; value: AwayText; change: (value: AwayText) => void; hint?: string }) {
  const { t } = useWords()
  return (
    <div className={css.part}>
      <label className={week.head}>
        <input type="checkbox" className={own.check} checked={value.on} onChange={() => change({ ...value, on: !value.on })} />
        <span className={css.lines}><strong>{t(`hours.${name}`)}</strong><span className={css.more}>{t(`hours.${name}What`)}</span></span>
      </label>
      {value.on && (
        <div className={week.texts} role="group" aria-label={t(`hours.${name}`)}>
          {(['en', 'pl'] as const).map((language) => (
            <label key={language} className={week.text}>
              <span>{t(`language.${language}`)}</span>
              <textarea className={fields.field} lang={language} rows={3} maxLength={2_000} value={value[language]} onChange={(event) => change({ ...value, [language]: event.currentTarget.value })} />
            </label>
          ))}
          {hint && <p className={css.more}>{hint}</p>}
        </div>
      )}
    </div>
  )
}
