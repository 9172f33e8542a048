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
  const [from, setFrom] = useState<number | null>(null)
  const waiting = (before: number) => {
    const { position, read } = store.get().conversations[id] ?? { position: 0, read: { agent: 0 } }
    const behind = Math.min(before, read.agent)
    return position > behind ? behind : Infinity
  }
  // While the first page is drawn, not after it: where to scroll depends on it.
  if (from === null && loaded) setFrom(waiting(Infinity))
  useEffect(() => {
    if (!loaded) return
    // Gone: what comes from here on is news for the return. Here: only what was waiting is.
    if (attended) setFrom((before) => waiting(before ?? Infinity))
    else setFrom((before) => Math.min(before ?? Infinity, store.get().conversations[id]?.position ?? Infinity))
    // Asked when somebody comes or goes, not with every message.
  }, [attended])
  return from ?? Infinity
}
