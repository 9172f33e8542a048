import type { ContactDetail, Page } from '@shared/types'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useFact, useLive, useWatch } from '../live/context'

const MOST_PAGES = 50

export type PersonData = { contact: ContactDetail; pages: Page[]; conversations: number[] }

/** A person as the server knows them, kept live by what it tells afterwards. */
export function usePersonData(id: number) {
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  useWatch([id])
  const query = useQuery({ queryKey: ['person', id], queryFn: (): Promise<PersonData> => live.person(id), enabled: online })

  useEffect(() => {
    const change = (edit: (data: PersonData) => PersonData) => queries.setQueryData<PersonData>(['person', id], (data) => data && edit(data))
    return live.hear({
      page: (page) => {
        if (page.contact !== id) return
        const { contact: _, ...where } = page
        // Several parts of a screen hear it, and one of them adds it.
        const known = (data: PersonData) => data.pages.some(({ at, url }) => at === page.at && url === page.url)
        change((data) => known(data) ? data : { ...data, contact: { ...data.contact, page: where, last_seen: page.at }, pages: [page, ...data.pages].slice(0, MOST_PAGES) })
      },
      contact: (contact) => {
        if (contact.id === id) change((data) => ({ ...data, contact }))
      },
      presence: ({ kind, id: who, online }) => {
        if (kind === 'contact' && who === id) change((data) => ({ ...data, contact: { ...data.contact, online, ...(online ? {} : { page: null }) } }))
      },
    })
  }, [live, queries, id])
  return query
}
