import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useFact, useLive } from '../live/context'
import { isEmpty } from '../segments/tree'
import type { Preview, Tree } from '../segments/types'
import { useSubject } from './names'
import type { Contact, ContactPage } from './types'

export type Question = { where: Tree | null; search: string; sort: string }

const PAGE = 100
/** A search among companies has no further pages: so many are shown at most. */
export const MOST_FOUND = 200
type Page<Kind extends string, Item> = Record<Kind, Item[]> & { cursor: string | null }

/** What a question finds, page by page, of contacts or companies. */
export function useRows<Kind extends 'contacts' | 'companies', Item extends { id: number }>(kind: Kind, question: Question, enabled = true) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const query = useInfiniteQuery({
    queryKey: [kind, question],
    queryFn: ({ pageParam, signal }) => live.rest<Page<Kind, Item>>('POST', `${kind}/find`, {
      ...(isEmpty(question.where) ? {} : { where: question.where }),
      ...(question.search ? { search: question.search } : { sort: question.sort }),
      limit: PAGE,
      ...(pageParam ? { cursor: pageParam } : {}),
    }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor ?? undefined,
    enabled: online && enabled,
    // A list of people is a moment's picture: whoever comes back to it wants the present one.
    staleTime: 10_000,
    placeholderData: (before) => before,
  })

  const rows = useMemo(() => {
    // Somebody who became active between two pages stands on both.
    const seen = new Set<number>()
    return (query.data?.pages ?? []).flatMap((page): Item[] => page[kind]).filter(({ id }) => !seen.has(id) && seen.add(id))
  }, [query.data, kind])
  return { ...query, rows }
}

/** The contacts that a question finds; rows follow what the socket tells of them. */
export function useContacts(question: Question, enabled = true) {
  const live = useLive()
  const queries = useQueryClient()
  useEffect(() => live.hear({
    // A tag that was renamed or deleted stands on many rows, and on none of the contacts anything changed.
    labels: () => void queries.invalidateQueries({ queryKey: ['contacts'] }),
    contact: (changed) => queries.setQueriesData<InfiniteData<ContactPage>>({ queryKey: ['contacts'] }, (data) => data && withContact(data, changed as unknown as Contact)),
    replaced: ({ contacts }) => {
      let shown = false
      queries.setQueriesData<InfiniteData<ContactPage>>({ queryKey: ['contacts'] }, (data) => {
        const rest = data && without(data, contacts)
        shown ||= rest !== data
        return rest
      })
      // On a busy website visitors become known all the time: to count everybody for each of them would be too much.
      if (shown) void queries.invalidateQueries({ queryKey: ['count'] })
    },
  }), [live, queries])
  const { rows: contacts, ...query } = useRows<'contacts', Contact>('contacts', question, enabled)
  return { ...query, contacts }
}

function withContact(data: InfiniteData<ContactPage>, changed: Contact): InfiniteData<ContactPage> {
  if (!data.pages.some((page) => page.contacts.some(({ id }) => id === changed.id))) return data
  return { ...data, pages: data.pages.map((page) => ({ ...page, contacts: page.contacts.map((one) => (one.id === changed.id ? { ...one, ...changed } : one)) })) }
}

function without(data: InfiniteData<ContactPage>, gone: number[]): InfiniteData<ContactPage> {
  if (!data.pages.some((page) => page.contacts.some(({ id }) => gone.includes(id)))) return data
  return { ...data, pages: data.pages.map((page) => ({ ...page, contacts: page.contacts.filter(({ id }) => !gone.includes(id)) })) }
}

/** How many the conditions find: exactly, or about. A count that a later one took the place of is no failure. */
export function useCount({ where, search }: Pick<Question, 'where' | 'search'>, enabled = true) {
  const live = useLive()
  const subject = useSubject()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({
    queryKey: ['count', subject, where, search],
    queryFn: ({ signal }) => live.rest<Preview>('POST', 'segments/preview', { where: where ?? { all: [] }, subject, ...(search ? { search } : {}) }, signal),
    enabled: online && enabled,
    staleTime: 10_000,
    retry: (times, error) => times < 2 && 'code' in error && error.code === 'conflict',
    retryDelay: 300,
    placeholderData: (before) => before,
  })
}
