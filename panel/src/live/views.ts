import type { AgentGroup, Commands, Conversation, Counts } from '@shared/types'
import { matches, sortKey, type InboxView } from './saved-views'

/** The ways to look at the inbox that everybody has, in the order of the keys that move between them. */
export const VIEWS = ['open', 'mine', 'unassigned', 'pending', 'snoozed', 'closed'] as const
/** Besides, what is for my groups of agents, and for each group. */
export type View = (typeof VIEWS)[number] | 'groups' | `group-${number}` | `view-${number}`

export const viewOf = (group: number): View => `group-${group}`

/** The group that a view shows. */
export const groupOf = (view: View): number | undefined => (view.startsWith('group-') ? Number(view.slice(6)) : undefined)

/** The saved view that a view is. */
export const savedOf = (view: View): number | undefined => (view.startsWith('view-') ? Number(view.slice(5)) : undefined)

export const isView = (name: string | undefined): name is View =>
  name !== undefined && (name === 'groups' || VIEWS.includes(name as (typeof VIEWS)[number]) || /^(group|view)-\d{1,15}$/.test(name))

const isStatus = (view: View): view is 'pending' | 'snoozed' | 'closed' => view === 'pending' || view === 'snoozed' || view === 'closed'

/** What the server is asked for. */
export function question(view: View): Commands['conversation.list'][0] {
  if (isStatus(view)) return { status: view }
  if (view === 'mine') return { status: 'open', assignee: 'me' }
  if (view === 'unassigned') return { status: 'open', assignee: 'none' }
  const group = view === 'groups' ? 'mine' : groupOf(view)
  return group ? { status: 'open', group } : { status: 'open' }
}

/** Who looks, and which groups and saved views there are (null: not known yet). */
export type Looker = { me: number; groups: readonly AgentGroup[]; views: readonly InboxView[] | null }

export const inGroup = ({ me, groups }: Pick<Looker, 'me' | 'groups'>, group: number | null | undefined): boolean =>
  groups.some(({ id, agents }) => id === group && agents.includes(me))

/** The same question, answered here, so that a change shows at once and without asking. */
export function belongs(view: View, conversation: Conversation, who: Looker): boolean {
  if (conversation.merged_into) return false // It is read with the one that it is a part of.
  const saved = savedOf(view)
  if (saved !== undefined) return who.views?.some(({ id, where }) => id === saved && matches(where, conversation, who)) ?? false
  if (isStatus(view)) return conversation.status === view
  if (conversation.status !== 'open') return false
  if (view === 'mine') return conversation.assignee?.id === who.me
  if (view === 'groups') return inGroup(who, conversation.group)
  return view === 'open' || (view === 'unassigned' ? !conversation.assignee : conversation.group === groupOf(view))
}

/** The moment by which lists are sorted, here and on the server. */
export const activity = (conversation: Conversation): string => conversation.updated_at

/** What a view is sorted by: what is larger comes first. */
export const keyIn = (view: View, conversation: Conversation, { views }: Looker): string =>
  sortKey(views?.find(({ id }) => id === savedOf(view))?.sort ?? 'newest', conversation)

export const newestFirst = (a: Conversation, b: Conversation): number =>
  activity(a) < activity(b) ? 1 : activity(a) > activity(b) ? -1 : b.id - a.id

/** The counts after a known conversation changed from `before` to `after`. */
export function recount(counts: Counts, before: Conversation | undefined, after: Conversation, who: Looker): Counts {
  const next = { ...counts, groups: { ...counts.groups } }
  const step = (view: View) => Number(belongs(view, after, who)) - Number(before ? belongs(view, before, who) : false)
  for (const view of VIEWS) next[view] = Math.max(0, next[view] + step(view))
  for (const { id } of who.groups) next.groups[id] = Math.max(0, (next.groups[id] ?? 0) + step(viewOf(id)))
  return next
}

/** How many conversations a view holds. */
export function countOf(view: View, counts: Counts, { me, groups }: Pick<Looker, 'me' | 'groups'>): number {
  if (view === 'groups') return groups.reduce((sum, { id, agents }) => sum + (agents.includes(me) ? counts.groups[id] ?? 0 : 0), 0)
  const group = groupOf(view)
  return group === undefined ? counts[view as (typeof VIEWS)[number]] : counts.groups[group] ?? 0
}
