import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useMatch } from 'react-router'
import type { MyNotices } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import type { State } from '../live/state'
import { useWords } from '../words/words'
import type { Kind } from './desktop'
import { noticesOn, soundOn } from './notices'
import { chime } from './chime'

const attended = () => document.visibilityState === 'visible' && document.hasFocus()

/**
 * Mine, or nobody's yet: what a colleague looks after is not my alarm, and neither is what is for a group that I am not in.
 * A group without anybody is everybody's matter.
 */
const concerns = (state: State, id: number) => {
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
    /** Tells what happened in a conversation, where the agent wants to be told of it and does not look at it. */
    const tell = async (id: number, kind: Kind | undefined, notice: Notice) => {
      const looking = attended() && id === current
      const { kindOf, tells } = await import('./desktop')
      const state = live.store.get()
      const known = rules.current
      // Without the rules, which come with the first connection, what concerns nobody else is told.
      const told = known ? tells(known, kind ?? kindOf(state, state.conversations[id], known)) : kind !== undefined || concerns(state, id)
      if (looking || !told) return
      if (soundOn()) chime()
      if (noticesOn() && !attended()) await notify(id, notice)
    }
    return live.hear({
      heard: ({ conversation, author, text, attachments }) =>
        void tell(conversation, undefined, { title: author.name, body: text.slice(0, 200) || attachments[0]?.name || t('notice.file') }),
      noted: ({ id, conversation, author, text, mentions }) => {
        const me = live.store.get().session?.agent.id
        if (me !== undefined && author.id !== me && mentions?.includes(me)) void tell(conversation, 'mention', { title: t('notice.mention', { name: author.name }), body: text.slice(0, 200), tag: `mention ${id}` })
      },
      given: ({ id, contact, last }) => void tell(id, 'assigned', { title: t('notice.assigned'), body: [contact.name, last?.text].filter(Boolean).join(': ') }),
    })
  }, [live, current, t])
}

type Notice = { title: string; body: string; tag?: string }

async function notify(id: number, { title, body, tag }: Notice): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration('/panel/')
  await registration?.showNotification(title, {
    body,
    // One notification for each conversation, also when the panel is open in two tabs.
    tag: tag ?? `conversation ${id}`,
    icon: '/panel/icon-192.png',
    data: { path: `/panel/inbox/open/${id}` },
  })
}
