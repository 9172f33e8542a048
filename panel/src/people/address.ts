import { useMemo } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { isEmpty, isTree } from '../segments/tree'
import type { Part, Tree } from '../segments/types'
import type { Question } from './table-data'

export const SORTS = ['-last_seen', '-updated', '-id', 'id'] as const

function treeOf(text: string | null): Tree | null {
  try {
    const found = JSON.parse(text ?? 'null') as Part | null
    return found && typeof found === 'object' && isTree(found) ? found : null
  } catch {
    return null
  }
}

/** What the table shows stands in the address: it survives a reload, can be sent to a colleague, and Back undoes it. */
export function useTableAddress<Order extends string>(base: string, sorts: readonly [Order, ...Order[]]) {
  const [params, setParams] = useSearchParams()
  const navigate = useNavigate()
  const contact = Number(useParams().contact) || undefined
  const search = params.get('q') ?? ''
  const segment = Number(params.get('segment')) || undefined
  const sort = sorts.find((one) => one === params.get('sort')) ?? sorts[0]
  const written = params.get('where')
  const where = useMemo(() => treeOf(written), [written])
  const question = useMemo<Question>(() => {
    const conditions: Part[] = [...(segment ? [{ type: 'segment', segment }] : []), ...(where && !isEmpty(where) ? [where] : [])]
    return { where: conditions.length ? { all: conditions } : null, search: search.trim(), sort }
  }, [segment, where, search, sort])
  const set = (changes: Record<string, string | null>, replace = false) => setParams((before) => {
    const next = new URLSearchParams(before)
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value)
      else next.delete(name)
    }
    return next
  }, { replace })
  const query = params.size ? `?${params}` : ''
  return {
    contact, search, segment, sort, where, question, set,
    address: (id: number) => `${base}/${id}${query}`,
    close: () => void navigate(`${base}${query}`),
  }
}

export type TableAddress = Omit<ReturnType<typeof useTableAddress>, 'sort'>
