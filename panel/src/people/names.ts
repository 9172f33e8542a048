import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useMemo } from 'react'
import { useFact, useLive } from '../live/context'
import type { Segment } from '../segments/types'
import { useWords, type Key, type T } from '../words/words'
import type { Attribute, Counted, Named } from './types'

export type Subject = Segment['subject'] | 'deal'

/** Whose attributes and segments are meant by what stands inside. */
export const SubjectContext = createContext<Subject>('contact')
export const useSubject = (): Subject => useContext(SubjectContext)

/** What an application has named: asked for once, and again when this panel or the server says that it changed. */
function useNamed<Answer>(path: string, key: string, again?: (answer: Answer | undefined) => number | false) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: ['names', ...key.split(' ')], queryFn: () => live.rest<Answer>('GET', path), enabled: online, staleTime: 30_000, refetchInterval: (query) => again?.(query.state.data) ?? false })
}

export function useAttributes(): Attribute[] | undefined {
  const subject = useSubject()
  return useNamed<Attribute[]>(`attributes?subject=${subject}`, `attributes ${subject}`).data
}
export const useTags = () => useLabels('tags').data
export const useLists = () => useLabels('lists').data
export const useEventNames = () => useNamed<Named[]>('events', 'events').data

const SIZES_AFTER = 1_000

/** Tags or lists, asked for again when somebody makes, renames, merges or deletes one. */
export function useLabels(what: 'tags' | 'lists') {
  const live = useLive()
  const queries = useQueryClient()
  const query = useNamed<Counted[]>(what, what)
  useEffect(() => live.hear({ labels: () => void queries.invalidateQueries({ queryKey: ['names', what] }) }), [live, queries, what])
  return query
}

/** All segments with their sizes, which follow what enters and leaves. */
export function useAllSegments() {
  const live = useLive()
  const queries = useQueryClient()
  // Those who are found while a segment is built enter without an event of their own.
  const query = useNamed<{ segments: Segment[] }>('segments', 'segments', (answer) => answer?.segments.some(({ status }) => status === 'building') ? SIZES_AFTER : false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const again = () => {
      timer = undefined
      void queries.invalidateQueries({ queryKey: ['names', 'segments'] })
    }
    const soon = () => (timer ??= setTimeout(again, SIZES_AFTER))
    const deaf = live.hear({ segment: soon, segments: soon })
    return () => {
      clearTimeout(timer)
      deaf()
    }
  }, [live, queries])
  return { segments: query.data?.segments, failed: query.isError, again: query.refetch }
}

/** The segments of the subject that is meant here. */
export function useSegments() {
  const here = useSubject()
  const { segments: all, failed, again } = useAllSegments()
  const segments = useMemo(() => all?.filter(({ subject }) => subject === here), [all, here])
  return { segments, failed, again }
}

export function useRefresh(): (...keys: string[]) => void {
  const queries = useQueryClient()
  return (...keys) => void Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: key.split(' ') })))
}

/** A standard attribute in the person's own language, an own one by its name. */
export function attributeName(attribute: Pick<Attribute, 'id' | 'name' | 'std'>, t: T): string {
  const key = `attribute.${attribute.std}`
  return attribute.id === 0 && t(key as Key) !== key ? t(key as Key) : attribute.name
}

/** Names by id or `std`, for sentences. */
export type Names = { attribute: (std: string) => Attribute | undefined; list: (id: number) => string; segment: (id: number) => string; group: (id: number) => string }

export function useNames(): Names {
  const attributes = useAttributes()
  const lists = useLists()
  const { segments } = useSegments()
  const groups = useFact((state) => state.groups)
  return useMemo(() => ({
    attribute: (std) => attributes?.find((one) => one.std === std || one.name.toLowerCase() === std.toLowerCase()),
    list: (id) => lists?.find((one) => one.id === id)?.name ?? `#${id}`,
    segment: (id) => segments?.find((one) => one.id === id)?.name ?? `#${id}`,
    group: (id) => groups.find((one) => one.id === id)?.name ?? `#${id}`,
  }), [attributes, lists, segments, groups])
}

export const useT = () => useWords().t
