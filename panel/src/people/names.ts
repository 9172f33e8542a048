import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useFact, useLive } from '../live/context'
import type { Segment } from '../segments/types'
import { useWords, type Key, type T } from '../words/words'
import type { Attribute, Counted, Named } from './types'

/** What an application has named: asked for once, and again when this panel or the server says that it changed. */
function useNamed<Answer>(path: string, key: string, again?: (answer: Answer | undefined) => number | false) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: ['names', key], queryFn: () => live.rest<Answer>('GET', path), enabled: online, staleTime: 30_000, refetchInterval: (query) => again?.(query.state.data) ?? false })
}

export const useAttributes = () => useNamed<Attribute[]>('attributes', 'attributes').data
export const useTags = () => useNamed<Counted[]>('tags', 'tags').data
export const useLists = () => useNamed<Counted[]>('lists', 'lists').data
export const useEventNames = () => useNamed<Named[]>('events', 'events').data

const SIZES_AFTER = 1_000

/** The segments of contacts with their sizes, which follow what enters and leaves. */
export function useSegments() {
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
    const deaf = live.hear({ segment: () => (timer ??= setTimeout(again, SIZES_AFTER)) })
    return () => {
      clearTimeout(timer)
      deaf()
    }
  }, [live, queries])
  const segments = useMemo(() => query.data?.segments.filter(({ subject }) => subject === 'contact'), [query.data])
  return { segments, failed: query.isError, again: query.refetch }
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
export type Names = { attribute: (std: string) => Attribute | undefined; list: (id: number) => string; segment: (id: number) => string }

export function useNames(): Names {
  const attributes = useAttributes()
  const lists = useLists()
  const { segments } = useSegments()
  return useMemo(() => ({
    attribute: (std) => attributes?.find((one) => one.std === std || one.name.toLowerCase() === std.toLowerCase()),
    list: (id) => lists?.find((one) => one.id === id)?.name ?? `#${id}`,
    segment: (id) => segments?.find((one) => one.id === id)?.name ?? `#${id}`,
  }), [attributes, lists, segments])
}

export const useT = () => useWords().t
