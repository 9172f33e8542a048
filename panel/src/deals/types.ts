import type { Deal } from '../live/api-types'

/** Deals and what stands around them, as the API tells of them. A `value` is an exact decimal as text. */
export type {
  Activity, ActivityType, CrmNote, Deal, DealStep as Step, FoundDeals as DealPage, LossReason, Pipeline, Stage,
} from '../live/api-types'

export type Status = Deal['status']
/** In the order in which people look for them. */
export const STATUSES: readonly Status[] = ['in_progress', 'won', 'lost', 'abandoned', 'archived']
