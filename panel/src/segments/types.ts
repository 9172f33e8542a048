import type { Instant } from '@shared/types'

/** As the API writes conditions: an object with a `type` and the fields of that type. */
export type Condition = { type: string } & Record<string, unknown>
export type GroupKind = 'all' | 'any' | 'none'
export type Tree = { all: Part[] } | { any: Part[] } | { none: Part[] }
export type Part = Condition | Tree

export type Segment = {
  id: number
  name: string
  subject: 'contact' | 'company'
  description: string
  where: Tree
  status: 'building' | 'ready' | (string & {})
  size: number
  created: Instant
  updated: Instant
}

export type Preview = { count: number; total: number; exact: boolean; some: { id: number; name: string; email: string | null }[] }

export type Answer = { holds: boolean; condition: Condition | null; group: GroupKind | null; parts: Answer[] }
export type Explanation = { inside: boolean; answer: Answer }

export type PropertyCondition = { property: string; op: string; value: unknown }
