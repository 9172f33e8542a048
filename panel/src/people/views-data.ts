import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useFact, useLive } from '../live/context'
import type { Tree } from '../segments/types'

/** A name for what the table shows: one's own, or the team's. */
export type View = {
  id: number
  name: string
  shared: boolean
  own: boolean
  by: string
  where: Tree | null
  search: string
  sort: string
  columns: string[] | null
}
export type Views = { views: View[]; columns: string[] | null }

const KEY = ['views']

/** The views that one sees and the columns without one; a colleague's change shows at once. */
export function useViews() {
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const query = useQuery({ queryKey: KEY, queryFn: () => live.rest<Views>('GET', 'views'), enabled: online, staleTime: 60_000 })
  useEffect(() => {
    const again = () => keeping || void queries.invalidateQueries({ queryKey: KEY })
    return live.hear({ views: again, back: again })
  }, [live, queries])
  return query
}

/** What can be done with views; each answer of the server is shown at once. */
/** Columns are moved quicker than the server answers: one call after the other, and what it tells meanwhile is old. */
let keeping = 0
let lastKept: Promise<unknown> = Promise.resolve()

export function useViewDeeds() {
  const live = useLive()
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: KEY })
  const put = (view: View) => queries.setQueryData<Views>(KEY, (known) => {
    if (!known) return known
    const there = known.views.some(({ id }) => id === view.id)
    return { ...known, views: there ? known.views.map((one) => (one.id === view.id ? view : one)) : [...known.views, view] }
  })
  return {
    make: async (view: Partial<View>) => {
      const made = await live.rest<View>('POST', 'views', view)
      put(made)
      return made
    },
    change: async (id: number, changes: Partial<View>) => put(await live.rest<View>('PATCH', `views/${id}`, changes)),
    remove: async (id: number) => {
      await live.rest('DELETE', `views/${id}`)
      await again()
    },
    restore: async (id: number) => {
      await live.rest('POST', `views/${id}/restore`)
      await again()
    },
    order: async (ids: number[]) => queries.setQueryData<Views>(KEY, await live.rest<Views>('PUT', 'views/order', { views: ids })),
    keepColumns: async (columns: string[]) => {
      keeping++
      void queries.cancelQueries({ queryKey: KEY })
      queries.setQueryData<Views>(KEY, (known) => known && { ...known, columns })
      lastKept = lastKept.then(() => live.rest('PUT', 'views/columns', { columns })).catch(() => {})
      await lastKept
      if (--keeping === 0) await again()
    },
  }
}
