import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useFact, useLive } from '../live/context'
import type { CrmKind } from '../live/live'
import { movesOf } from './moves'
import type { Deal, DealPage, LossReason, Pipeline, Status } from './types'

const PAGE = 100
/** A search has no further pages: so many are shown at most. */
export const MOST_FOUND = 200
/** Several facts come together, as of a deal that is moved and won; one question answers them. */
const AFTER = 250

const AGAIN: Record<CrmKind, string> = { deal: 'deals', activity: 'activities', note: 'notes', pipeline: 'pipelines' }

/** Asks again for what is shown of the CRM when the server says that it is different. */
export function useCrmNews(): void {
  const live = useLive()
  const queries = useQueryClient()
  useEffect(() => {
    const changed = new Set<CrmKind>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const again = () => {
      timer = undefined
      for (const kind of changed) {
        const queryKey = [AGAIN[kind]]
        if (!queries.isMutating(movesOf(queryKey))) void queries.invalidateQueries({ queryKey })
      }
      changed.clear()
    }
    const deaf = live.hear({
      crm: (kind) => {
        changed.add(kind)
        timer ??= setTimeout(again, AFTER)
      },
    })
    return () => {
      clearTimeout(timer)
      deaf()
    }
  }, [live, queries])
}

/** One thing of the CRM, by its address below /api/app; what is no longer heard of is asked for again on coming back. */
export function useCrm<Answer>(key: unknown[], path: string, enabled = true) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => live.rest<Answer>('GET', path, undefined, signal),
    enabled: online && enabled,
    staleTime: 5_000,
    refetchOnWindowFocus: true,
  })
}

export const usePipelines = () => useCrm<{ pipelines: Pipeline[] }>(['pipelines'], 'pipelines')
export const useLossReasons = () => useCrm<{ loss_reasons: LossReason[] }>(['loss', 'reasons'], 'loss-reasons')
export const useDeal = (id: number) => useCrm<Deal>(['deals', 'one', id], `deals/${id}`, id > 0)

/** Which deals a list shows. */
export type Question = { pipeline?: number; status?: Status; search: string; sort: string }

const asked = ({ pipeline, status }: Question) => ({ ...(pipeline ? { pipeline } : {}), ...(status ? { status: [status] } : {}) })

/** The deals that a question finds, page by page. */
export function useDeals(question: Question) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const query = useInfiniteQuery({
    queryKey: ['deals', 'list', question],
    queryFn: ({ pageParam, signal }) => live.rest<DealPage>('POST', 'deals/find', {
      ...asked(question),
      ...(question.search ? { search: question.search, limit: MOST_FOUND } : { sort: question.sort, limit: PAGE }),
      ...(pageParam ? { cursor: pageParam } : {}),
    }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor ?? undefined,
    enabled: online,
    staleTime: 5_000,
    placeholderData: (before) => before,
  })
  const deals = useMemo(() => {
    // One that was changed between two pages stands on both.
    const seen = new Set<number>()
    return (query.data?.pages ?? []).flatMap((page) => page.deals).filter(({ id }) => !seen.has(id) && seen.add(id))
  }, [query.data])
  return { ...query, deals }
}

/** How many deals there are of a pipeline, a status, a stage or a condition; words are not counted. */
export function useDealCount(of: object, enabled = true) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({
    queryKey: ['deals', 'count', of],
    queryFn: ({ signal }) => live.rest<{ count: number }>('POST', 'deals/count', of, signal),
    enabled: online && enabled,
    staleTime: 5_000,
    placeholderData: (before) => before,
  })
}
export const useQuestionCount = (question: Question) => useDealCount(asked(question), !question.search)

/** Names of pipelines and stages by id. */
export function usePlaces() {
  const pipelines = usePipelines().data?.pipelines
  return useMemo(() => ({
    pipelines,
    pipeline: (id: number) => pipelines?.find((one) => one.id === id),
    stage: (id: number) => pipelines?.flatMap(({ stages }) => stages).find((one) => one.id === id),
  }), [pipelines])
}
