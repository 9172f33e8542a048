import type { Call } from '@shared/types'
import { useEffect } from 'react'
import { attended, show } from '../frame/desktop'
import { noticesOn } from '../frame/notices'
import { useLive } from '../live/context'
import { useWords } from '../words/words'
import { ring } from './ring'

/** Rings and tells as long as a call rings here, whoever ends that: this window, another one, a colleague, the caller. */
export function useRinging(call: Call | undefined): void {
  const { t } = useWords()
  const live = useLive()
  const id = call?.id
  const name = call?.contact?.name ?? ''
  const conversation = call?.conversation ?? undefined
  useEffect(() => {
    if (id === undefined) return
    const tag = `call ${id}`
    const stop = ring()
    if (noticesOn() && !attended()) void show({ id: conversation, title: t('calls.rings', { name }), body: t('calls.noticeBody'), tag }, live.store.get().session?.application.id)
    return () => {
      stop()
      void hush(tag)
    }
  }, [id, name, conversation, live, t])
}

/** Nothing is left to be taken: the notification goes too. */
async function hush(tag: string): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration('/panel/')
  for (const notification of (await registration?.getNotifications({ tag })) ?? []) notification.close()
}
