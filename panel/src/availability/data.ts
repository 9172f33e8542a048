import type { AgentState } from '@shared/types'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { MyAvailability } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { useWords } from '../words/words'

export const STATES: AgentState[] = ['available', 'busy', 'away']
const PATH = 'me/availability'

/** This agent's own state as the live world tells it; undefined until it is known. */
export const useMyState = (): AgentState | undefined => useFact((state) => state.agents.find(({ id }) => id === state.session?.agent.id)?.state)

/** How this agent's state changes by itself, and why it is what it is. */
export function useMine() {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const state = useMyState()
  return useQuery({ queryKey: [PATH, state], queryFn: ({ signal }) => live.rest<MyAvailability>('GET', PATH, undefined, signal), enabled: online, staleTime: 60_000 })
}

/** Says by hand whether this agent takes conversations; the new state comes back over the wire. */
export function useSay(): (state: AgentState) => void {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  return (state) => void live.rest('PUT', PATH, { state }).then(
    () => queries.invalidateQueries({ queryKey: [PATH] }),
    () => notifications.show({ color: 'red', message: t('failed.action') }),
  )
}
