import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import type { HoursRule, Stretch } from '../live/api-types'
import fields from '../people/fields.module.css'
import { useWords } from '../words/words'
import css from './settings.module.css'
import { Range, useDays } from './stretches'
import week from './stretches.module.css'

export type Times = Pick<Stretch, 'begins' | 'ends'>

export type Holiday = HoursRule['holidays'][number]

/** The times of each day, as the page shows them, and back. */
export const byDay = (stretches: readonly Stretch[]): Times[][] =>
  [0, 1, 2, 3, 4, 5, 6].map((day) => stretches.filter(({ days }) => days.includes(day)).map(({ begins, ends }) => ({ begins, ends })))
export const together = (days: Times[][]): Stretch[] => {
  const found = new Map<string, Stretch>()
  days.forEach((times, day) => times.forEach(({ begins, ends }) => {
    const one = found.get(`${begins} ${ends}`) ?? { days: [], begins, ends }
    if (!one.days.includes(day)) one.days.push(day)
    found.set(`${begins} ${ends}`, one)
  }))
  return [...found.values()]
}

/** Holidays as they are kept: those with a day, in its order. */
export const inOrder = (holidays: readonly Holiday[]): Holiday[] => holidays.filter(({ date }) => date).sort((a, b) => (a.date < b.date ? -1 : 1))

/** Whether a day is a holiday twice, which the server refuses. */
export function isTwice(holidays: readonly Holiday[]): boolean {
  const days = holidays.filter(({ date }) => date).map(({ date }) => date)
  return new Set(days).size < days.length
}

/** The times of each day of the week. */
export function Week({ days, change }: { days: Times[][]; change: (days: Times[][]) => void }) {
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

/** Days on which nobody is there, of one year or of every year. */
export function Holidays({ value, change }: { value: readonly Holiday[]; change: (value: Holiday[]) => void }) {
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
