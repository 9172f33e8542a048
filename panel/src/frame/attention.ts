import { useEffect } from 'react'
import { useMatch } from 'react-router'
import type { Message } from '@shared/types'
import { useFact, useLive } from '../live/context'
import type { State } from '../live/state'
import { useWords } from '../words/words'
import { noticesOn, soundOn } from './notices'
import { chime } from './chime'

const attended = () => document.visibilityState === 'visible' && document.hasFocus()

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

  useEffect(() => {
    const heard = (message: Message) => {
      const looking = attended() && message.conversation === current
      if (looking || !concerns(live.store.get(), message.conversation)) return
      if (soundOn()) chime()
      if (noticesOn() && !attended()) void notify(message, live.store.get().session?.application.id, t('notice.file'))
    }
    return live.hear({ heard })
  }, [live, current, t])
}

/** Shown by the service worker, as what is pushed: one notification for each conversation, also when the panel is open in two tabs. */
async function notify({ author, text, attachments, conversation }: Message, app: number | undefined, file: string): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration('/panel/')
  registration?.active?.postMessage({ push: { title: author.name, body: text.slice(0, 200) || attachments[0]?.name || file, conversation, app } })
}
