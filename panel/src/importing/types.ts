import type { Instant } from '@shared/types'
import type { ValueType } from '../people/types'

export type State = 'ready' | 'running' | 'checked' | 'paused' | 'stopped' | 'done' | 'failed' | 'undoing' | 'undone' | 'deleting'
export type Match = 'auto' | 'email' | 'custom_id'
export type Column = { header: string; attribute: string | null; type: ValueType | null; new: boolean }

/** An import as the API tells of it; the counts are of a dry run while `dry_run` holds. */
export type Import = {
  id: number
  name: string
  size: number
  state: State
  dry_run: boolean
  charset: string
  delimiter: string
  columns: Column[]
  types: ValueType[]
  first: string[][]
  sheets: string[]
  sheet: string
  match: Match
  tags: string[]
  lists: number[]
  rows: number
  done: number
  created: number
  updated: number
  unchanged: number
  refused: number
  rows_per_second: number
  seconds_left: number | null
  errors: { row: number; reason: string }[]
  problem: string | null
  deleted: number
  restored: number
  kept: number
  by: string
  created_at: Instant
  finished_at: Instant | null
}

/** What somebody chose for a column: an attribute that is there, a new one, or none. */
export type Choice = { to: 'leave' } | { to: 'known'; std: string } | { to: 'new'; name: string; type: ValueType }
