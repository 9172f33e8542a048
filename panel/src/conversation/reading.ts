import { useEffect, useState, useSyncExternalStore } from 'react'
import { useLive } from '../live/context'

const SIGNS = ['focus', 'blur', 'visibilitychange'] as const

const subscribe = (listener: () => void) => {
  for (const sign of SIGNS) addEventListener(sign, listener)
  return () => {
    for (const sign of SIGNS) removeEventListener(sign, listener)
  }
}

/** Whether somebody is in front of this page: only then something counts as read. */
export const useAttended = (): boolean => useSyncExternalStore(subscribe, () => document.visibilityState === 'visible' && document.hasFocus())

/** The position behind which messages are new: what was read when the agent came, or went away. Infinity for nothing new. */
export function useNewFrom(id: number, loaded: boolean): number {
  const { store } = useLive()
  const attended = useAttended()
  const [from, setFrom] = useState(Infinity)
  const conversation = () => store.get().conversations[id]
  useEffect(() => {
    const now = conversation()
    if (!loaded || !now) return
    // Gone: what comes from here on is news for the return. Here: only what was waiting is.
    if (!attended) setFrom((before) => Math.min(before, now.position))
    else setFrom((before) => (now.position > Math.min(before, now.read.agent) ? Math.min(before, now.read.agent) : Infinity))
    // Asked when the page has loaded and when somebody comes or goes, not with every message.
  }, [loaded, attended, id])
  return from
}
