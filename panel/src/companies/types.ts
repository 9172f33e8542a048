import type { Instant } from '@shared/types'

/** A company as the API tells of it: `values` of the standard attributes, `attributes` of the application's own. */
export type Company = {
  id: number
  name: string
  custom_id: string | null
  values: Record<string, unknown>
  attributes: Record<string, unknown>
  tags: string[]
  segments: number[]
  members: number
  created: Instant
  updated: Instant
}

export type Member = { id: number; name: string; email: string | null }
