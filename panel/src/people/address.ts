import { useMemo } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { isEmpty, isTree } from '../segments/tree'
import type { Part, Tree } from '../segments/types'
import type { Question } from './table-data'
import type { View } from './views-data'

export const SORTS = ['-last_seen', '-updated', '-id', 'id'] as const

function treeOf(text: string | null): Tree | null {
  try {
    const found = JSON.parse(text ?? 'null') as Part | null
    return found && typeof found === 'object' && isTree(found) ? found : null
  } catch {
    return null
  }
}

/**
 * What the table shows stands in the address: it survives a reload, can be sent to a colleague, and Back undoes it.
 * With a view, only what differs from it stands there, so that a change of the view is followed.
 */
export function useTableAddress<Order extends string>(base: string, sorts: readonly [Order, ...Order[]], views?: View[]) {
  const [params, setParams] = useSearchParams()
  const navigate = useNavigate()
  const contact = Number(useParams().contact) || undefined
  const segment = Number(params.get('segment')) || undefined
  const asked = Number(params.get('view')) || undefined
  const view = views?.find(({ id }) => id === asked)
  const written = params.get('where')
  const search = params.get('q') ?? view?.search ?? ''
  const order = params.get('sort') ?? view?.sort
  const sort = sorts.find((one) => one === order) ?? sorts[0]
  const where = useMemo(() => (written === null ? view?.where ?? null : treeOf(written)), [written, view])
  const columns = params.get('columns')?.split(',').filter(Boolean) ?? view?.columns ?? null
  const question = useMemo<Question>(() => {
    const conditions: Part[] = [...(segment ? [{ type: 'segment', segment }] : []), ...(where && !isEmpty(where) ? [where] : [])]
    return { where: conditions.length ? { all: conditions } : null, search: search.trim(), sort }
  }, [segment, where, search, sort])

  /** Null is what the table shows by itself; with a view that is written down where the view says otherwise. */
  const set = (changes: Partial<Record<'where' | 'q' | 'sort' | 'columns' | 'segment', string | null>>, replace = false) => setParams((before) => {
    const next = new URLSearchParams(before)
    const plain = { where: JSON.stringify(view?.where ?? { all: [] }), q: view?.search ?? '', sort: view?.sort ?? sorts[0], columns: view?.columns?.join() ?? '', segment: '' }
    const nothing = { where: JSON.stringify({ all: [] }), q: '', sort: sorts[0], columns: '', segment: '' }
    for (const name of Object.keys(changes) as (keyof typeof plain)[]) {
      const value = changes[name] ?? nothing[name]
      if (value === plain[name]) next.delete(name)
      else next.set(name, value)
    }
    return next
  }, { replace })
  const query = params.size ? `?${params}` : ''
  return {
    contact, search, segment, sort, where, columns, question, set, view,
    /** A view is named, and not known yet. */
    waiting: asked !== undefined && views === undefined,
    changed: ['where', 'q', 'sort', 'columns'].some((name) => params.has(name)),
    discard: () => void navigate(asked ? `${base}?view=${asked}` : base),
    open: (id: number | undefined) => void navigate(id ? `${base}?view=${id}` : base),
    address: (id: number) => `${base}/${id}${query}`,
    close: () => void navigate(`${base}${query}`),
  }
}

export type TableAddress = Omit<ReturnType<typeof useTableAddress>, 'sort'>
