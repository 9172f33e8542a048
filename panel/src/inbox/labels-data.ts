import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useFact, useLive } from '../live/context'

export const COLOURS = ['grey', 'indigo', 'green', 'amber', 'red'] as const
export type Colour = (typeof COLOURS)[number]
/** `merging` names the one that it is just becoming a part of. */
export type Label = { id: number; name: string; colour: Colour; merging?: number }

const KEY = ['inbox', 'labels']

/** The labels that conversations may carry, by name; a colleague's change shows at once. Each row asks: one question is enough for all. */
export function useLabels() {
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const { data } = useQuery({ queryKey: KEY, queryFn: () => live.rest<{ labels: Label[] }>('GET', 'conversation-labels'), enabled: online, staleTime: 300_000 })
  useEffect(() => live.hear({ inbox: () => askAgain(queries) }), [live, queries])
  return data?.labels
}

let told = false

/** Asks once, however many rows hear of it; an answer that is on its way may be older than the word, and does not count. */
function askAgain(queries: QueryClient): void {
  if (told) return
  told = true
  queueMicrotask(() => {
    told = false
    void queries.invalidateQueries({ queryKey: KEY })
  })
}

/** Those of a conversation, in the order of names; one that becomes another's part shows as that one. */
export function carried(labels: Label[] | undefined, ids: readonly number[] = []): Label[] {
  const held = new Set(ids.map((id) => labels?.find((one) => one.id === id)?.merging ?? id))
  return labels?.filter(({ id }) => held.has(id)) ?? []
}
