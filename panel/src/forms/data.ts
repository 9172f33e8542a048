import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useFact, useLive } from '../live/context'
import type { Form, SubmissionPage } from './types'

/** Views are counted a second later than they happen. */
const LOOK_EVERY = 5_000

/** All forms with their counts, which follow what is submitted. */
export function useForms() {
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const query = useQuery({ queryKey: ['forms'], queryFn: () => live.rest<Form[]>('GET', 'forms'), enabled: online, refetchInterval: LOOK_EVERY })
  useEffect(() => live.hear({
    form: () => {
      void queries.invalidateQueries({ queryKey: ['forms'] })
      void queries.invalidateQueries({ queryKey: ['submissions'] })
    },
  }), [live, queries])
  return query
}

/** What people answered to a form, newest first. */
export function useSubmissions(form: number) {
  const live = useLive()
  return useInfiniteQuery({
    queryKey: ['submissions', form],
    queryFn: ({ pageParam }) => live.rest<SubmissionPage>('GET', `forms/${form}/submissions?limit=50${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor ?? undefined,
  })
}
