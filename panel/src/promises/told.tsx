import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import type { Conversation, Events } from '@shared/types'
import { useEffect, useRef } from 'react'
import { useNavigate } from 'react-router'
import { kindOf } from '../frame/attention'
import { attended, ring, show, shows } from '../frame/desktop'
import { noticesOn } from '../frame/notices'
import type { MyNotices } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import type { State } from '../live/state'
import { useWords } from '../words/words'
import { span } from './span'
import css from './told.module.css'

type Promised = Events['sla']

/** A warning goes by itself; that it is too late stays until somebody has seen it. */
const WARNING_STAYS = 20_000
const STAGES = ['warning', 'breach'] as const
const idOf = (conversation: number, what: Promised['what']) => `sla ${conversation} ${what}`
const hide = (conversation: number) => STAGES.forEach((what) => notifications.hide(idOf(conversation, what)))

/** Tells whoever is in charge that a promised time is nearly over, or over, as long as nobody has answered. */
export default function Told() {
  const { t, locale } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const online = useFact((state) => state.phase === 'online')
  const { data: rules } = useQuery({ queryKey: ['me/notices'], queryFn: ({ signal }) => live.rest<MyNotices>('GET', 'me/notices', undefined, signal), enabled: online, staleTime: 60_000 })
  const shown = useRef(new Map<number, Promised['kind']>())

  useEffect(() => live.hear({
    promise: (promise) => {
      const { conversation: id, kind, what, due } = promise
      const state = live.store.get()
      const conversation = state.conversations[id]
      if (!isMine(state, rules, promise) || !shows(rules, 'sla') || isKept(conversation, kind)) return
      const title = t(`promise.${what}.${kind}`, { name: conversation?.contact.name ?? `#${id}`, time: span(Math.max(0, Date.parse(due) - Date.now()), locale) })
      const open = () => {
        hide(id)
        void navigate(`/inbox/open/${id}`)
      }
      hide(id)
      shown.current.set(id, kind)
      notifications.show({
        id: idOf(id, what), color: what === 'breach' ? 'red' : 'yellow', withBorder: true, autoClose: what === 'warning' && WARNING_STAYS, closeButtonProps: { 'aria-label': t('close') },
        message: <span className={css.told}><span>{title}</span><Button size="compact-sm" variant="light" onClick={open}>{t('promise.open')}</Button></span>,
      })
      void ring(rules, 'sla', `${idOf(id, what)} ${due}`)
      if (noticesOn() && !attended()) void show({ id, title, body: conversation?.last?.text.slice(0, 200) ?? '', tag: `sla ${id}` }, state.session?.application.id)
    },
  }), [live, rules, t, locale, navigate])

  // What was answered meanwhile needs nobody's attention any more.
  useEffect(() => live.store.subscribe(() => {
    for (const [id, kind] of shown.current) {
      if (!isKept(live.store.get().conversations[id], kind)) continue
      shown.current.delete(id)
      hide(id)
    }
  }), [live])
  return null
}

const isMine = (state: State, rules: MyNotices | undefined, { assignee, group }: Promised): boolean =>
  assignee === null ? kindOf(state, { assignee: null, group }, rules?.unassigned_of) === 'unassigned' : assignee === state.session?.agent.id

const isKept = (conversation: Conversation | undefined, kind: Promised['kind']): boolean =>
  conversation !== undefined && (conversation.status !== 'open' || (kind !== 'resolution' && conversation.waiting_since === null))
