import type { Conversation, Priority, Status } from '@shared/types'
import type { Looker } from './views'

/** Which conversations a view finds; what is absent asks nothing. Times in milliseconds. */
export type Where = {
  status?: Status[]
  assignee?: 'me' | 'none' | number | null
  group?: 'mine' | 'none' | number | null
  priority?: (Priority | 'none')[]
  labels?: number[]
  segments?: number[]
  channel?: ('chat' | 'email' | 'sms')[]
  unread?: boolean
  waiting?: boolean
  created_from?: number | null
  created_to?: number | null
  updated_from?: number | null
  updated_to?: number | null
}
export type Sort = 'newest' | 'waiting' | 'priority' | 'due'
export type InboxView = { id: number; name: string; shared: boolean; own: boolean; by: string; where: Where; sort: Sort }
export type Counted = { count: number; more: boolean }

const RANK = { low: 1, normal: 2, high: 3, urgent: 4 }

/** The server's question, answered here, so that a change shows at once and without asking. */
export function matches(where: Where, one: Conversation, { me, groups }: Looker): boolean {
  const { status, assignee, group, priority, labels, segments, channel, unread, waiting } = where
  const mine = (id: number | null | undefined) => groups.some((each) => each.id === id && each.agents.includes(me))
  const between = (at: string, from?: number | null, to?: number | null) => {
    const when = Date.parse(at)
    return (from == null || when >= from) && (to == null || when < to)
  }
  return (
    (!status?.length || status.includes(one.status)) &&
    (assignee == null || (one.assignee?.id ?? 'none') === (assignee === 'me' ? me : assignee)) &&
    (group == null || (group === 'mine' ? mine(one.group) : (one.group ?? 'none') === group)) &&
    (!priority?.length || priority.includes(one.priority ?? 'none')) &&
    (!labels?.length || labels.some((id) => one.labels?.includes(id))) &&
    (!segments?.length || segments.some((id) => one.contact.segments?.includes(id))) &&
    (!channel?.length || channel.includes(one.channel ?? 'chat')) &&
    (!unread || one.unread > 0) && (!waiting || one.waiting_since != null) &&
    between(one.created_at, where.created_from, where.created_to) && between(one.updated_at, where.updated_from, where.updated_to)
  )
}

const LATEST = 1e14

/** By what a list is sorted, as text: what is larger comes first, here as on the server. */
export function sortKey(sort: Sort, one: Conversation): string {
  const id = String(one.id).padStart(16, '0')
  if (sort === 'priority') return `${one.priority ? RANK[one.priority] : 0} ${id}`
  if (sort === 'waiting') return one.waiting_since ? `1 ${LATEST - Date.parse(one.waiting_since)} ${id}` : `0 ${id}`
  if (sort === 'due') return one.sla?.due && one.sla.left === null ? `1 ${LATEST - Date.parse(one.sla.due)} ${id}` : `0 ${id}`
  return `${one.updated_at} ${id}`
}

/** The counts of views after a conversation changed; those that were counted only in part stay as they are. */
export function recounted(counts: Readonly<Record<number, Counted>>, views: readonly InboxView[], before: Conversation | undefined, after: Conversation, who: Looker): Record<number, Counted> {
  const next = { ...counts }
  for (const { id, where } of views) {
    const step = Number(matches(where, after, who)) - Number(before ? matches(where, before, who) : false)
    if (step && next[id] && !next[id].more) next[id] = { count: Math.max(0, next[id].count + step), more: false }
  }
  return next
}
