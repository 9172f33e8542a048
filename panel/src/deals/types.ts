import type { Instant } from '@shared/types'

export const STATUSES = ['in_progress', 'won', 'lost', 'abandoned', 'archived'] as const
export type Status = (typeof STATUSES)[number]

/** Where its deals are going, a stage disappears when the last one has left. */
export type Stage = { id: number; name: string; description: string; pipeline: number; order: number; leaving_for: number | null }
export type Pipeline = { id: number; name: string; description: string; currency: string; order: number; stages: Stage[] }
export type LossReason = { id: number; name: string; description: string }

export type Reference = { id: number; name: string; custom_id: string | null; email: string | null }
export type ProductReference = { id: number; custom_id: string | null; name: string | null }
export type OrderedProduct = { product: number | null; product_custom_id: string | null; name: string | null; quantity: string; value: string; currency: string }
export type WrittenBy = { kind: string; id: number; name: string }

/** A deal as the API tells of it. `value` is an exact decimal as text. */
export type Deal = {
  id: number
  name: string
  custom_id: string | null
  value: string
  currency: string
  pipeline: number
  stage: number
  stage_since: Instant
  status: Status
  assignee: number | null
  contact: Reference | null
  company: Reference | null
  participants: Reference[]
  products: ProductReference[]
  order_products: OrderedProduct[]
  expected_close_date: string | null
  loss_reason: number | null
  loss_reason_description: string | null
  won_at: Instant | null
  lost_at: Instant | null
  tags: string[]
  attributes: Record<string, unknown>
  created_by: WrittenBy
  created: Instant
  updated: Instant
}
export type DealPage = { deals: Deal[]; cursor: string | null }

export type Activity = {
  id: number
  name: string
  type: number
  due: Instant
  description: string
  done: boolean
  done_at: Instant | null
  overdue: boolean
  assignee: number | null
}
export type ActivityType = { id: number; name: string; symbol: string }

export type CrmNote = { id: number; text: string; author: WrittenBy; pinned: boolean; created: Instant; updated: Instant }

/** A deal came from one stage or status (null: it was made) to another. */
export type Step = { position: number; kind: 'stage' | 'status'; was: number | string | null; now: number | string; pipeline: number; by: WrittenBy; at: Instant }
