import { useSyncExternalStore } from 'react'

const LOOKED = 'panel.calls.looked'
const listeners = new Set<() => void>()

const read = (): string => localStorage.getItem(LOOKED) ?? ''

/** What was missed until now has been seen. */
export function lookedAt(): void {
  localStorage.setItem(LOOKED, new Date().toISOString())
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', listener)
  }
}

/** When this browser last showed the log of calls. */
export const useLookedAt = (): string => useSyncExternalStore(subscribe, read)
