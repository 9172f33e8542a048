import { notifications } from '@mantine/notifications'
import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useFact, useLive, useWatch } from '../live/context'
import { useWords } from '../words/words'
import type { Explanation } from '../segments/types'
import type { Entry, Profile, TimelinePage } from './types'

/** Several facts about one person come together; one question answers them. */
const AFTER = 250
const PAGE = 50

/** Everything known of a contact, asked again when something about it changed. */
export function useProfile(id: number) {
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  useWatch([id])
  const query = useQuery({ queryKey: ['profile', id], queryFn: () => live.rest<Profile>('GET', `contacts/${id}/profile`), enabled: online, staleTime: 5_000 })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const again = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        void queries.invalidateQueries({ queryKey: ['profile', id] })
        void queries.invalidateQueries({ queryKey: ['explain'] })
      }, AFTER)
    }
    const deaf = live.hear({
      back: again,
      contact: (contact) => { if (contact.id === id) again() },
      segment: ({ contact }) => { if (contact === id) again() },
      labels: again,
    })
    return () => {
      clearTimeout(timer)
      deaf()
    }
  }, [live, queries, id])
  return query
}

/**
 * What became of a person who is shown: null once they are erased. Who was merged into another one leads there, and
 * everybody who looks is told, whoever did it.
 */
export function useReplaced(id: number, moved: (into: number) => void): null | undefined {
  const live = useLive()
  const queries = useQueryClient()
  const { t } = useWords()
  const [gone, setGone] = useState<null>()
  const on = useRef({ moved, t })
  on.current = { moved, t }
  useEffect(() => live.hear({
    replaced: ({ contacts, into }) => {
      if (!contacts.includes(id)) return
      for (const key of ['timeline', 'person']) queries.removeQueries({ queryKey: [key, id] })
      if (into === null) return setGone(null)
      notifications.show({ id: `merged-${into}`, withBorder: true, message: on.current.t('profile.merged'), closeButtonProps: { 'aria-label': on.current.t('close') } })
      on.current.moved(into)
    },
  }), [live, queries, id])
  return gone
}

export const KINDS = ['page', 'event', 'form', 'conversation', 'history'] as const
export type EntryKind = (typeof KINDS)[number]

const address = (id: number, kind: EntryKind | null, before: number | null, cursor?: string) =>
  `contacts/${id}/timeline?limit=${PAGE}${kind ? `&kinds=${kind}` : ''}${before && !cursor ? `&before=${before}` : ''}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`

const same = (one: Entry, other: Entry) => one.id === other.id && one.kind === other.kind

/** What happened, newest first; what happens now joins at the top, unless one looks at what came before a moment. */
export function useTimeline(id: number, kind: EntryKind | null, before: number | null) {
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const query = useInfiniteQuery({
    queryKey: ['timeline', id, kind, before],
    queryFn: ({ pageParam }) => live.rest<TimelinePage>('GET', address(id, kind, before, pageParam)),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor ?? undefined,
    enabled: online,
    staleTime: 5_000,
  })
  useEffect(() => {
    if (before) return
    let timer: ReturnType<typeof setTimeout> | undefined
    // Only the top is asked for: however far somebody has scrolled, one page is enough.
    const top = async () => {
      const newest = await live.rest<TimelinePage>('GET', address(id, kind, null)).catch(() => null)
      if (!newest) return
      queries.setQueryData<InfiniteData<TimelinePage, string | undefined>>(['timeline', id, kind, null], (data) => {
        const first = data?.pages[0]
        if (!data || !first) return data
        const fresh = newest.entries.filter((entry) => !first.entries.some((known) => same(known, entry)))
        // More than a page happened: what lies between is not known, so the list begins anew.
        if (first.entries.length && fresh.length === newest.entries.length) return { pages: [newest], pageParams: [undefined] }
        return fresh.length ? { ...data, pages: [{ ...first, entries: [...fresh, ...first.entries] }, ...data.pages.slice(1)] } : data
      })
    }
    const soon = (contact: number) => {
      if (contact !== id) return
      clearTimeout(timer)
      timer = setTimeout(() => void top(), AFTER)
    }
    const deaf = live.hear({
      page: ({ contact }) => soon(contact),
      contact: (contact) => soon(contact.id),
      segment: ({ contact }) => soon(contact),
      back: () => soon(id),
      form: ({ contact }) => soon(contact),
      call: (name, told) => { if (name === 'call.ended' && 'contact' in told && told.contact) soon(told.contact.id) },
    })
    return () => {
      clearTimeout(timer)
      deaf()
    }
  }, [live, queries, id, kind, before])
  return query
}

export function useExplanation(segment: number, contact: number, enabled: boolean) {
  const live = useLive()
  return useQuery({ queryKey: ['explain', segment, contact], queryFn: () => live.rest<Explanation>('GET', `segments/${segment}/explain/${contact}`), enabled, staleTime: 5_000 })
}
