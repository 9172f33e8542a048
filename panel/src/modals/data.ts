import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useFact, useLive } from '../live/context'
import type { Modal } from './types'

/** Figures are counted a second later than they happen. */
const LOOK_EVERY = 5_000

/** All pop-ups and automatic messages, with how they fare. */
export function useModals(enabled = true) {
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const query = useQuery({ queryKey: ['modals'], queryFn: () => live.rest<Modal[]>('GET', 'modals'), enabled: enabled && online, refetchInterval: LOOK_EVERY })
  useEffect(() => live.hear({ back: () => void queries.invalidateQueries({ queryKey: ['modals'] }) }), [live, queries])
  return query
}
