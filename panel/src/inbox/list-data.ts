import type { Conversation } from '@shared/types'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useFact, useLive, useLooker } from '../live/context'
import type { ListPage } from '../live/live'
import { activity, belongs, keyIn, savedOf, type View } from '../live/views'

/**
 * A view's conversations, newest activity first. The server is asked page by page; what is shown follows from the
 * live state, so that a change needs no new question.
 */
export function useList(view: View) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const known = useFact((state) => state.conversations)
  const who = useLooker()
  // Whoever joins a group sees what was there before.
  const mine = view === 'groups' ? who.groups.filter(({ agents }) => agents.includes(who.me)).map(({ id }) => id).join() : ''
  // A view that asks for something else is another list.
  const saved = JSON.stringify(who.views?.find(({ id }) => id === savedOf(view)) ?? null)
  const query = useInfiniteQuery({
    queryKey: ['list', view, mine, saved],
    queryFn: ({ pageParam }: { pageParam: ListPage | undefined }) => live.list(view, pageParam),
    initialPageParam: undefined as ListPage | undefined,
    getNextPageParam: (last) => (last.cursor ? last : undefined),
    enabled: online && (savedOf(view) === undefined || who.views !== null),
  })
  // What is older than the last page is there, but not complete: it waits for its page.
  const until = query.data?.pages.at(-1)?.until ?? ''
  const conversations = useMemo(
    () => Object.values(known).filter((one) => belongs(view, one, who) && keyIn(view, one, who) >= until).sort((a, b) => (keyIn(view, a, who) < keyIn(view, b, who) ? 1 : -1)),
    [known, view, who, until],
  )
  return { conversations, loaded: query.data !== undefined, more: query.hasNextPage, fetching: query.isFetchingNextPage, next: query.fetchNextPage, failed: query.isError, again: query.refetch }
}

/**
 * The order to show while the pointer is in the list: nothing moves, and what is new is counted instead.
 * Older pages still join at the end.
 */
export function steady(shown: readonly number[], now: readonly Conversation[], since: string, me: number) {
  const ids = now.map(({ id }) => id)
  const last = Math.max(-1, ...shown.map((id) => ids.indexOf(id)))
  const held = new Set(shown)
  const order = [...shown, ...ids.slice(last + 1).filter((id) => !held.has(id))]
  const mine = (one: Conversation) => one.last?.author.kind === 'agent' && one.last.author.id === me
  const news = now.filter((one, index) => activity(one) > since && !mine(one) && shown[index] !== one.id).length
  return { order, news }
}
