import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { OnlineVisitor, Visitors } from '../live/api-types'
import { useFact, useLive, useWatch } from '../live/context'

export type { OnlineVisitor, VisitorPlace, Visitors } from '../live/api-types'

const PAGE = 200
/** Visitors come and go all the time: one question for all that happened meanwhile. */
const AFTER = 1_500
/** What happens with people who are not on the screen is told by nobody, and looked up. */
const AGAIN = 10_000
/** So many the server tells of one by one. */
const WATCHED = 100

export type Question = { search: string; page: string | null; country: string | null; segment: number | null; known: boolean | null }

/** Who is on the website now, page by page of the list, kept true while it is looked at. */
export function useVisitors(question: Question) {
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const query = useInfiniteQuery({
    queryKey: ['visitors', question],
    queryFn: ({ pageParam, signal }) => live.rest<Visitors>('POST', 'visitors/find', { ...question, offset: pageParam, limit: PAGE }, signal),
    initialPageParam: 0,
    getNextPageParam: (last, all) => (all.length * PAGE < last.found ? all.length * PAGE : undefined),
    enabled: online,
    refetchInterval: AGAIN,
    placeholderData: (before) => before,
  })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = () => (timer ??= setTimeout(() => {
      timer = undefined
      if (document.visibilityState === 'visible') void queries.invalidateQueries({ queryKey: ['visitors'] })
    }, AFTER))
    const deaf = live.hear({ page: soon, contact: soon, back: soon, heard: soon, presence: ({ kind }) => void (kind === 'contact' && soon()) })
    return () => {
      clearTimeout(timer)
      deaf()
    }
  }, [live, queries])
  const visitors = useMemo(() => {
    // Somebody who came meanwhile moves the others on, and one stands on two pages.
    const seen = new Set<number>()
    return (query.data?.pages ?? []).flatMap((page) => page.visitors).filter(({ id }) => !seen.has(id) && seen.add(id)) as OnlineVisitor[]
  }, [query.data])
  const watched = useMemo(() => visitors.slice(0, WATCHED).map(({ id }) => id), [visitors])
  useWatch(watched)
  return { ...query, visitors, whole: query.data?.pages.at(-1) }
}
