import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useMatch } from 'react-router'
import type { MyNotices } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import type { State } from '../live/state'
import { useWords } from '../words/words'
import type { Heard } from './desktop'

/**
 * Mine, or nobody's yet: what a colleague looks after is not my alarm, and neither is what is for a group that I am not in.
 * A group without anybody is everybody's matter.
 */
export const concerns = (state: State, id: number) => {
  const { assignee, group } = state.conversations[id] ?? {}
  const me = state.session?.agent.id ?? 0
  if (assignee) return assignee.id === me
  const members = state.groups.find((one) => one.id === group)?.agents ?? []
  return members.length === 0 || members.includes(me)
}

const countUnread = (state: State) =>
  Object.values(state.conversations).filter(({ id, status, unread }) => unread > 0 && status === 'open' && concerns(state, id)).length

export const useUnread = (): number => useFact(countUnread)

/** Number in the title and on the app's icon, a sound and a desktop notification when somebody writes and nobody looks. */
export function useAttention(): void {
  const { t } = useWords()
  const live = useLive()
  const unread = useUnread()
  const current = Number(useMatch('/inbox/:view/:conversation')?.params.conversation)
  const name = useFact((state) => state.session?.application.name ?? 'Switchboard')

  useEffect(() => {
    document.title = `${unread ? `(${unread}) ` : ''}${t('rail.inbox')} · ${name}`
    if (unread) navigator.setAppBadge?.(unread).catch(() => {})
    else navigator.clearAppBadge?.().catch(() => {})
  }, [unread, name, t])

  const online = useFact((state) => state.phase === 'online')
  const { data } = useQuery({ queryKey: ['me/notices'], queryFn: ({ signal }) => live.rest<MyNotices>('GET', 'me/notices', undefined, signal), enabled: online, staleTime: 60_000 })
  const rules = useRef(data)
  rules.current = data

  useEffect(() => {
    const tell = (heard: Heard) => {
      // As it is now: by the time the rest is loaded, the conversation may be somebody's.
      const [state, known] = [live.store.get(), rules.current]
      void import('./desktop').then((desktop) => desktop.tell(state, known, current, t, heard)).catch(() => {})
    }
    return live.hear({ heard: (message) => tell({ message }), noted: (note) => tell({ note }), given: (conversation) => tell({ conversation }) })
  }, [live, current, t])
}
