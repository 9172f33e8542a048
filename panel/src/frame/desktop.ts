import type { Conversation } from '@shared/types'
import type { MyNotices, Stretch } from '../live/api-types'
import type { State } from '../live/state'

export type Kind = MyNotices['always'][number]

/** What a message in a conversation is to whoever is signed in. */
export function kindOf(state: State, conversation: Conversation | undefined, rules: MyNotices): Kind {
  const me = state.session?.agent.id ?? 0
  if (conversation?.assignee) return conversation.assignee.id === me ? 'mine' : 'others'
  if (rules.unassigned_of === 'all') return 'unassigned'
  const members = state.groups.find(({ id }) => id === conversation?.group)?.agents ?? []
  return !members.length || members.includes(me) ? 'unassigned' : 'others'
}

/** Whether the panel tells of such an event now. */
export const tells = (rules: MyNotices, kind: Kind, now = new Date()): boolean =>
  rules[kind].includes('desktop') && (rules.always.includes(kind) || !quiet(rules.quiet, rules.zone || rules.usual_zone, now))

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Whether clocks of a time zone show a moment inside of these stretches; one that ends before it began ends on the next day. */
export function quiet(stretches: readonly Stretch[], timeZone: string, now: Date): boolean {
  if (!stretches.length) return false
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(now)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  const day = DAYS.indexOf(part('weekday'))
  const clock = `${part('hour')}:${part('minute')}`
  return stretches.some(({ days, begins, ends }) => {
    const overnight = ends <= begins
    const today = days.includes(day) && clock >= begins && (overnight || clock < ends)
    return today || (overnight && days.includes((day + 6) % 7) && clock < ends)
  })
}
