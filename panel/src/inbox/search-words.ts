import type { Priority, Status } from '@shared/types'
import type { Where } from '../live/saved-views'
import type { Label } from './labels-data'
import { fold } from '../parts/fold'

export type Asked = { text: string; where: Where; said_from?: number; said_to?: number }
type Known = { labels: readonly Label[]; agents: readonly { id: number; name: string }[] }

const STATUSES: Status[] = ['open', 'pending', 'snoozed', 'closed']
const PRIORITIES: (Priority | 'none')[] = ['urgent', 'high', 'normal', 'low', 'none']

const day = (value: string, days: number): number | undefined => {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value)
  return found ? new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + days).getTime() : undefined
}

/** `parcel status:open assignee:me label:"Late parcel" after:2026-05-01`: filters are taken out, the rest is words. */
export function understood(typed: string, { labels, agents }: Known): Asked {
  const asked: Asked = { text: '', where: {} }
  const { where } = asked
  const rest = typed.replace(/(\w+):("[^"]*"|\S+)/g, (whole, name: string, quoted: string) => {
    const value = quoted.replace(/"/g, '')
    const begins = (one: { name: string }) => fold(one.name).startsWith(fold(value))
    const take = {
      status: () => STATUSES.includes(value as Status) && (where.status = [...(where.status ?? []), value as Status]),
      priority: () => PRIORITIES.includes(value as Priority) && (where.priority = [...(where.priority ?? []), value as Priority]),
      label: () => labels.some(begins) && (where.labels = [...(where.labels ?? []), ...labels.filter(begins).map(({ id }) => id)]),
      assignee: () => (value === 'me' || value === 'none' ? (where.assignee = value) : (where.assignee = agents.find(begins)?.id)),
      after: () => (asked.said_from = day(value, 0)),
      before: () => (asked.said_to = day(value, 0)),
    }[name.toLowerCase()]
    // What is no filter that we know is a word like any other.
    return take?.() ? ' ' : whole
  })
  asked.text = rest.replace(/\s+/g, ' ').trim()
  return asked
}
