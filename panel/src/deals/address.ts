import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { Question } from './data'
import { STATUSES } from './types'

export const SORTS = ['-updated', '-id', 'id'] as const

/** What the list shows stands in the address: it survives a reload, can be sent to a colleague, and Back undoes it. */
export function useDealsAddress() {
  const [params, setParams] = useSearchParams()
  const pipeline = Number(params.get('pipeline')) || undefined
  const status = STATUSES.find((one) => one === params.get('status'))
  const search = params.get('q') ?? ''
  const sort = SORTS.find((one) => one === params.get('sort')) ?? SORTS[0]
  const question = useMemo<Question>(
    () => ({ ...(pipeline ? { pipeline } : {}), ...(status ? { status } : {}), search: search.trim(), sort }),
    [pipeline, status, search, sort],
  )
  const set = (changes: Partial<Record<'q' | 'pipeline' | 'status' | 'sort', string | null>>, replace = false) => setParams((before) => {
    const next = new URLSearchParams(before)
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) next.delete(name)
      else next.set(name, value)
    }
    return next
  }, { replace })
  return { pipeline, status, search, sort, question, set }
}

export type DealsAddress = ReturnType<typeof useDealsAddress>
