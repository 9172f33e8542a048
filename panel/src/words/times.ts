import { useMemo, useSyncExternalStore } from 'react'
import { useWords, type T } from './words'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

// One clock for all that shows an age, so that a list changes in one go and only while somebody looks.
let now = Date.now()
const listeners = new Set<() => void>()
const tick = () => {
  now = Date.now()
  for (const listener of listeners) listener()
}
setInterval(() => document.visibilityState === 'visible' && tick(), 20_000)
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && tick())

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useNow = (): number => useSyncExternalStore(subscribe, () => now)

const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0)
/** Calendar days between two moments, as a person counts them; rounded, because a day may have 23 or 25 hours. */
const daysBetween = (at: number, until: number) => Math.round((midnight(until) - midnight(at)) / DAY)

export type Times = {
  /** "now", "4 min", "3 h", "Tue", "12 Nov": for lists, where room is short. */
  short: (at: string, now: number) => string
  /** "14:05" */
  clock: (at: string) => string
  /** "Today", "Yesterday", "Tuesday, 12 November" */
  day: (at: string, now: number) => string
  /** Everything, for tooltips. */
  full: (at: string) => string
  /** "4 minutes ago", for sentences. */
  ago: (at: string, now: number) => string
}

let made: { t: T; locale: string; times: Times } | undefined

export function useTimes(): Times {
  const { t, locale } = useWords()
  return useMemo(() => {
    // Making them costs milliseconds, and every line of a conversation asks.
    if (made?.t !== t || made.locale !== locale) made = { t, locale, times: times(t, locale) }
    return made.times
  }, [t, locale])
}

function times(t: T, locale: string): Times {
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' })
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
  const dated = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' })
  const long = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' })
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const day = (at: string, now: number) => {
    const days = daysBetween(Date.parse(at), now)
    if (days <= 0) return t('time.today')
    if (days === 1) return t('time.yesterday')
    const text = long.format(new Date(at))
    return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
  }
  return {
    day,
    clock: (at) => clock.format(new Date(at)),
    full: (at) => full.format(new Date(at)),
    short: (at, now) => {
      const age = now - Date.parse(at)
      if (age < MINUTE) return t('time.now')
      if (age < HOUR) return t('time.minutes', { n: Math.floor(age / MINUTE) })
      if (age < 12 * HOUR || daysBetween(Date.parse(at), now) === 0) return t('time.hours', { n: Math.floor(age / HOUR) })
      if (daysBetween(Date.parse(at), now) < 7) return weekday.format(new Date(at))
      return (age < 300 * DAY ? date : dated).format(new Date(at))
    },
    ago: (at, now) => {
      const age = now - Date.parse(at)
      if (age < MINUTE) return t('time.justNow')
      if (age < HOUR) return relative.format(-Math.floor(age / MINUTE), 'minute')
      if (age < DAY) return relative.format(-Math.floor(age / HOUR), 'hour')
      if (age < 30 * DAY) return relative.format(-daysBetween(Date.parse(at), now), 'day')
      return dated.format(new Date(at))
    },
  }
}

/** As the file managers of the desktops count, and as the server sets its limits. */
const KIB = 1_024

/** "33 bytes" in full, as "33 byte" is no English; "2.4 MB" with the locale's comma. */
export function bytes(size: number, locale: string): string {
  const [value, unit] = size < KIB ? [size, 'byte'] : size < KIB ** 2 ? [size / KIB, 'kilobyte'] : [size / KIB ** 2, 'megabyte']
  return new Intl.NumberFormat(locale, { style: 'unit', unit: unit as string, unitDisplay: size < KIB ? 'long' : 'short', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value as number)
}
