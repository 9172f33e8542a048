import type { ContactDetail, Page } from '@shared/types'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useFact, useLive, useWatch } from '../live/context'
import type { Ears, Live } from '../live/live'

const MOST_PAGES = 50

type Edit = (data: PersonData) => PersonData

export type PersonData = { contact: ContactDetail; pages: Page[]; conversations: number[] }

/** A person as the server knows them, kept live by what it tells afterwards. */
export function usePersonData(id: number) {
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  useWatch([id])
  const query = useQuery({ queryKey: ['person', id], queryFn: () => asked(live, id), enabled: online })
  useEffect(
    () => live.hear(earsFor(id, (edit) => queries.setQueryData<PersonData>(['person', id], (data) => data && edit(data)))),
    [live, queries, id],
  )
  return query
}

/** The server's answer, with what it told while the answer was under way: that may be missing in it. */
async function asked(live: Live, id: number): Promise<PersonData> {
  const told: Edit[] = []
  const deaf = live.hear(earsFor(id, (edit) => told.push(edit)))
  try {
    return told.reduce((data, edit) => edit(data), await live.person(id))
  } finally {
    deaf()
  }
}

function earsFor(id: number, change: (edit: Edit) => void): Partial<Ears> {
  return {
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
  }
}
