import type { Operation } from '@shared/types'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useFact, useLive } from '../live/context'
import type { Tree } from '../segments/types'

/** What is done to many: a tag or a list given or taken, or a value set. */
export type Deed = { tag: string; remove?: boolean } | { list: number; remove?: boolean } | { attribute: string; value: unknown }
/** To whom: those who are named, or everybody whom a question finds. */
export type Whom = { contacts: number[] } | { where?: Tree; search?: string }

const KEY = ['operations']
const RUNS: Operation['status'][] = ['running', 'undoing']

const joined = (known: Operation[] | undefined, one: Operation): Operation[] =>
  known?.some(({ id }) => id === one.id) ? known.map((each) => (each.id === one.id ? one : each)) : [one, ...(known ?? [])]

/** The newest operations of the team, followed live. */
export function useOperations(): Operation[] {
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const { data } = useQuery({ queryKey: KEY, queryFn: () => live.rest<Operation[]>('GET', 'operations'), enabled: online, staleTime: 10_000 })
  useEffect(() => live.hear({
    operation: (one) => queries.setQueryData<Operation[]>(KEY, (known) => joined(known, one)),
    back: () => void queries.invalidateQueries({ queryKey: KEY }),
  }), [live, queries])
  return data ?? NONE
}

const NONE: Operation[] = []

export const useRunning = (): Operation[] => {
  const all = useOperations()
  return useMemo(() => all.filter(({ status }) => RUNS.includes(status)), [all])
}

export function useOperationDeeds() {
  const live = useLive()
  const queries = useQueryClient()
  const put = (one: Operation) => {
    queries.setQueryData<Operation[]>(KEY, (known) => joined(known, one))
    return one
  }
  return {
    begin: (deed: Deed, whom: Whom) => live.rest<Operation>('POST', 'operations', { ...deed, ...whom }).then(put),
    stop: (id: number) => live.rest<Operation>('POST', `operations/${id}/cancel`).then(put),
    undo: (id: number) => live.rest<Operation>('POST', `operations/${id}/undo`).then(put),
  }
}

/** Answers when an operation has ended, by what the socket tells, or after a broken link by asking. */
export function useEnd(): (id: number) => Promise<Operation> {
  const live = useLive()
  return (id) => new Promise((resolve, reject) => {
    const ends = (one: Operation) => {
      if (one.id !== id || RUNS.includes(one.status)) return
      deaf()
      resolve(one)
    }
    const ask = () => live.rest<Operation>('GET', `operations/${id}`).then(ends, (error: unknown) => {
      if ((error as { status?: number }).status === 0) return
      deaf()
      reject(error)
    })
    const deaf = live.hear({ operation: ends, back: () => void ask() })
    // It may have ended before anybody listened.
    void ask()
  })
}
