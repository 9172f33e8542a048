import type { Commands, Conversation, Counts } from '@shared/types'

/** The four ways to look at the inbox, in the order of the keys that move between them. */
export const VIEWS = ['open', 'mine', 'unassigned', 'closed'] as const
export type View = (typeof VIEWS)[number]

export const isView = (name: string | undefined): name is View => VIEWS.includes(name as View)

/** What the server is asked for. */
export const QUESTION: Record<View, Commands['conversation.list'][0]> = {
  open: { status: 'open' },
  mine: { status: 'open', assignee: 'me' },
  unassigned: { status: 'open', assignee: 'none' },
  closed: { status: 'closed' },
}

/** The same question, answered here, so that a change shows at once and without asking. */
export function belongs(view: View, conversation: Conversation, me: number): boolean {
  if (view === 'closed') return conversation.status === 'closed'
  if (conversation.status !== 'open') return false
  if (view === 'mine') return conversation.assignee?.id === me
  return view === 'open' || !conversation.assignee
}

/** The moment by which lists are sorted, here and on the server. */
export const activity = (conversation: Conversation): string => conversation.updated_at

export const newestFirst = (a: Conversation, b: Conversation): number =>
  activity(a) < activity(b) ? 1 : activity(a) > activity(b) ? -1 : b.id - a.id

/** The counts after a known conversation changed from `before` to `after`. */
export function recount(counts: Counts, before: Conversation | undefined, after: Conversation, me: number): Counts {
  const next = { ...counts }
  for (const view of VIEWS) {
    const was = before ? belongs(view, before, me) : false
    next[view] = Math.max(0, next[view] + Number(belongs(view, after, me)) - Number(was))
  }
  return next
}
