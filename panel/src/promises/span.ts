const MINUTE = 60_000

/** The two largest units, short: 2 d 3 h, 1 h 5 min, 12 min. */
export function span(time: number, locale: string): string {
  const minutes = Math.max(1, Math.round(time / MINUTE))
  const say = (value: number, unit: 'day' | 'hour' | 'minute') => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' }).format(value)
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60]
  const parts = days ? [say(days, 'day'), hours && say(hours, 'hour')] : hours ? [say(hours, 'hour'), rest && say(rest, 'minute')] : [say(rest, 'minute')]
  return parts.filter(Boolean).join(' ')
}
