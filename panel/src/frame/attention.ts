import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useMatch } from 'react-router'
import type { Conversation } from '@shared/types'
import type { MyNotices } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import type { State } from '../live/state'
import { useWords } from '../words/words'
import type { Heard } from './desktop'

/**
 * What a message in a conversation is to whoever is signed in. What a colleague looks after is not my alarm, and neither is
 * what is for a group that I am not in, unless I say so. A group without anybody is everybody's matter.
 */
export function kindOf(state: State, conversation: Pick<Conversation, 'assignee' | 'group'> | undefined, of?: MyNotices['unassigned_of']) {
  const me = state.session?.agent.id ?? 0
  if (conversation?.assignee) return conversation.assignee.id === me ? 'mine' : 'others'
  const members = state.groups.find(({ id }) => id === conversation?.group)?.agents ?? []
  return of === 'all' || !members.length || members.includes(me) ? 'unassigned' : 'others'
}

/** How this agent is told of what happens; nothing before the first connection. */
function useRules(): MyNotices | undefined {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: ['me/notices'], queryFn: ({ signal }) => live.rest<MyNotices>('GET', 'me/notices', undefined, signal), enabled: online, staleTime: 60_000 }).data
}

/** The ids of the open conversations that have something unread and count for this agent, joined by commas. */
export function useUnreadIds(): string {
  const rules = useRules()
  return useFact((state) => Object.values(state.conversations)
    .filter((one) => one.unread > 0 && one.status === 'open' && (rules?.badge ?? COUNTED).includes(kindOf(state, one, rules?.unassigned_of)))
    .map(({ id }) => id).join())
}
const COUNTED: MyNotices['badge'] = ['mine', 'unassigned']

export const useUnread = (): number => useUnreadIds().split(',').filter(Boolean).length

/** A sound and a desktop notification when somebody writes and nobody looks. */
export function useAttention(): void {
  const { t } = useWords()
  const live = useLive()
  const current = Number(useMatch('/inbox/:view/:conversation')?.params.conversation)
  const data = useRules()
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
