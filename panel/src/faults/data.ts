import { useQuery } from '@tanstack/react-query'
import type { Fault, Faults } from '../live/api-types'
import { useFact, useLive } from '../live/context'

export const useOwner = (): string => useFact(({ session }) => (session ? `${session.application.id}:${session.agent.id}` : ''))

/** Reports of one's own application; for the operator those of all. */
export function useFaults(of: 'mine' | 'open' | 'closed') {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const path = of === 'mine' ? 'faults' : `operator/faults?open=${of === 'open'}`
  return useQuery({ queryKey: ['faults', of], queryFn: ({ signal }) => live.rest<Faults>('GET', path, undefined, signal), enabled: online, refetchInterval: 20_000, retry: false })
}

export function useFault(id: number) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: ['fault', id], queryFn: ({ signal }) => live.rest<Fault>('GET', `faults/${id}`, undefined, signal), enabled: online, refetchInterval: 20_000, retry: false })
}
