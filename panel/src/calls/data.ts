import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Call } from '@shared/types'
import type { CallRules, Recording } from '../live/api-types'
import { useFact, useLive } from '../live/context'

export type CallPage = { calls: Call[]; cursor: string | null }

/** How the application takes calls. */
export function useCallRules() {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: ['call-rules'], queryFn: ({ signal }) => live.rest<CallRules>('GET', 'call-rules', undefined, signal), enabled: online, staleTime: 10_000 })
}

/** Calls, newest first, page by page; `asked` is what the address of the API is asked with. */
export function useCallPages(asked: string) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useInfiniteQuery({
    queryKey: ['calls', 'list', asked],
    queryFn: ({ pageParam, signal }) => live.rest<CallPage>('GET', `calls?${[asked, pageParam && `cursor=${encodeURIComponent(pageParam)}`].filter(Boolean).join('&')}`, undefined, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor ?? undefined,
    enabled: online,
    staleTime: 5_000,
    refetchOnWindowFocus: true,
  })
}

export function useOneCall(id: number) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: ['calls', 'one', id], queryFn: ({ signal }) => live.rest<Call>('GET', `calls/${id}`, undefined, signal), enabled: online && id > 0, staleTime: 5_000 })
}

const SOON = 2_000

/** What was recorded of a call; asked again while a recording is being finished. */
export function useRecordings(call: number, may: boolean) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({
    queryKey: ['calls', 'recordings', call],
    queryFn: ({ signal }) => live.rest<Recording[]>('GET', `calls/${call}/recordings`, undefined, signal),
    enabled: online && may,
    refetchInterval: ({ state: { data } }) => (data?.some(({ state }) => state === 'running') ? SOON : false),
  })
}
