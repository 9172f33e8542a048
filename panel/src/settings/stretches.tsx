import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { Stretch } from '../live/api-types'
import fields from '../people/fields.module.css'
import { useWords } from '../words/words'
import css from './stretches.module.css'

const WEEK = [0, 1, 2, 3, 4, 5, 6]

/** The browser's own time zone. */
export const here = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

/** Names of the days from Monday on. The fourth of January 2027 is one. */
export function useDays(weekday: 'short' | 'long'): string[] {
  const { locale } = useWords()
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' })
    return WEEK.map((day) => format.format(Date.UTC(2027, 0, 4 + day)))
  }, [locale, weekday])
}

/** Times of some days each, added and taken away; `name` says what the one of a number is called. */
export function Stretches({ value, change, fresh, name }: { value: readonly Stretch[]; change: (value: Stretch[]) => void; fresh: Stretch; name: (n: number) => string }) {
  const { t } = useWords()
  const edit = (index: number, part: Partial<Stretch>) => change(value.map((each, at) => (at === index ? { ...each, ...part } : each)))
  return (
    <div className={css.stretches}>
      {value.map((stretch, index) => (
        <div key={index} className={css.stretch} role="group" aria-label={name(index + 1)}>
          <Days value={stretch.days} change={(days) => edit(index, { days })} />
          <Range value={stretch} change={(part) => edit(index, part)} label={name(index + 1)} />
          <ActionIcon aria-label={t('week.remove', { name: name(index + 1) })} onClick={() => change(value.filter((_, at) => at !== index))}><IconX size={16} /></ActionIcon>
        </div>
      ))}
      <div><Button variant="default" size="compact-md" leftSection={<IconPlus size={16} />} onClick={() => change([...value, fresh])}>{t('week.add')}</Button></div>
    </div>
  )
}

function Days({ value, change }: { value: readonly number[]; change: (days: number[]) => void }) {
  const short = useDays('short')
  const long = useDays('long')
  return (
    <div className={css.days}>
      {WEEK.map((day) => {
        const on = value.includes(day)
        // The last day stays: a time of no day is none.
        const toggle = () => (on ? value.length > 1 && change(value.filter((each) => each !== day)) : change([...value, day].sort()))
        return <button key={day} type="button" className={css.day} aria-pressed={on} aria-label={long[day]} onClick={toggle}>{short[day]}</button>
      })}
    </div>
  )
}

type Times = Pick<Stretch, 'begins' | 'ends'>

/** From when until when; an end that is not later is on the next day. */
export function Range({ value, change, label }: { value: Times; change: (part: Partial<Times>) => void; label: string }) {
  const { t } = useWords()
  const next = value.ends <= value.begins
  return (
    <span className={css.range}>
      <input type="time" required className={`${fields.field} ${css.time}`} value={value.begins} aria-label={t('week.from', { name: label })} onChange={(event) => event.currentTarget.value && change({ begins: event.currentTarget.value })} />
      <span aria-hidden="true">–</span>
      <input type="time" required className={`${fields.field} ${css.time}`} value={value.ends} aria-label={t('week.until', { name: label })} onChange={(event) => event.currentTarget.value && change({ ends: event.currentTarget.value })} />
      {next && <span className={css.next}>{t('week.next')}</span>}
    </span>
  )
}

/** Every time zone that the browser knows, with the one that is set. */
export function Zone({ value, change, id }: { value: string; change: (zone: string) => void; id: string }) {
  const { t } = useWords()
  const zones = useMemo(() => [...new Set([value, 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort(), [value])
  return (
    <label className={css.zone} htmlFor={id}>
      <span>{t('week.zone')}</span>
      <select id={id} className={fields.field} value={value} onChange={(event) => change(event.currentTarget.value)}>
        {zones.map((zone) => <option key={zone} value={zone}>{zone.replaceAll('_', ' ')}</option>)}
      </select>
    </label>
  )
}
