import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Enrichment as Setting, EnrichmentRun as Run } from '../live/api-types'
import { useFact, useLive } from '../live/context'

export const OCCASIONS = ['on_demand', 'on_identification', 'in_bulk', 'needs_consent'] as const

export type { Setting, Run }

const RUNS_AFTER = 1_000
const RESTING_AFTER = 15_000

export function useSetting() {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: ['enrichment'], queryFn: ({ signal }) => live.rest<Setting>('GET', 'enrichment', undefined, signal), enabled: online, staleTime: 5_000, refetchInterval: RESTING_AFTER })
}

/** The runs, asked for again and again while one goes on. */
export function useRuns() {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({
    queryKey: ['enrichment', 'runs'],
    queryFn: ({ signal }) => live.rest<Run[]>('GET', 'enrichment/runs', undefined, signal),
    enabled: online,
    refetchInterval: ({ state }) => (state.data?.some((run) => run.state === 'running') ? RUNS_AFTER : false),
  })
}

/** Change the setting. It is shown at once, but for a key; where it fails, what was there comes back. */
export function useChange() {
  const live = useLive()
  const queries = useQueryClient()
  return async (change: Partial<Pick<Setting, 'key' | 'quota' | 'days' | (typeof OCCASIONS)[number]>>) => {
    const before = queries.getQueryData<Setting>(['enrichment'])
    const { key: _, ...shown } = change
    if (before) queries.setQueryData<Setting>(['enrichment'], { ...before, ...shown })
    try {
      queries.setQueryData(['enrichment'], await live.rest<Setting>('PATCH', 'enrichment', change))
    } catch (error) {
      queries.setQueryData(['enrichment'], before)
      throw error
    }
    // Profiles show or hide their button by it.
    void queries.invalidateQueries({ queryKey: ['profile'] })
  }
}
