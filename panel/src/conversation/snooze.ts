/** When a conversation may come back. */
export type Wake = { id: 'later' | 'tomorrow' | 'monday'; at: Date }

const MORNING = 9
/** Hours from now that "later today" is, and the last one that is still today. */
const LATER = 3
const EVENING = 21

const at = (from: Date, days: number, hour: number) => new Date(from.getFullYear(), from.getMonth(), from.getDate() + days, hour)

/** Sensible times, in the time zone of this browser, the earliest first. */
export function wakes(now: Date): Wake[] {
  const later = at(now, 0, now.getHours() + LATER)
  const untilMonday = (8 - now.getDay()) % 7 || 7
  return [
    ...(later.getDate() === now.getDate() && later.getHours() <= EVENING ? [{ id: 'later', at: later } as const] : []),
    { id: 'tomorrow', at: at(now, 1, MORNING) },
    // Tomorrow may be that Monday: then it is the next one.
    { id: 'monday', at: at(now, untilMonday === 1 ? 8 : untilMonday, MORNING) },
  ]
}

/** A moment to come, as one says it: "Mon 1 Dec, 09:00". */
export const when = (locale: string, at: Date | string): string =>
  new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(new Date(at))
