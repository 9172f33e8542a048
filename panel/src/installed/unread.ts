import { useEffect } from 'react'
import { useUnreadIds } from '../frame/attention'
import { useFact, useLive } from '../live/context'
import { put } from '../live/database'

/** The service worker goes on counting from here; what was read takes its notification with it. */
export function useUnreadKept(): void {
  const fresh = useFact((state) => state.fresh)
  const ids = useUnreadIds()
  const { store } = useLive()
  useEffect(() => {
    // The last picture is older than the pushes that came since.
    if (!fresh) return
    const list = ids ? ids.split(',').map(Number) : []
    void put('kept', 'unread', list).catch(() => {})
    // A push may be quicker than the connection: of what this window has not heard of, it says nothing.
    void closeRead((conversation) => conversation in store.get().conversations && !list.includes(conversation))
  }, [fresh, ids, store])
}

async function closeRead(isRead: (conversation: number) => boolean): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration('/panel/')
  for (const notification of (await registration?.getNotifications()) ?? []) {
    const conversation = (notification.data as { conversation?: number } | null)?.conversation
    if (conversation && isRead(conversation)) notification.close()
  }
}
