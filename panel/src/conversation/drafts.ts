import { useSyncExternalStore } from 'react'
import { useLive } from '../live/context'
import type { Outgoing } from '../live/state'

/** Half-written replies and notes, kept for each conversation over reloads, and shown in the list. */
const listeners = new Set<() => void>()

const key = (owner: string, conversation: number, kind: Outgoing['kind']) => `panel.draft ${owner} ${conversation} ${kind}`

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', listener)
  }
}

function keep(name: string, text: string): void {
  try {
    if (text) localStorage.setItem(name, text)
    else localStorage.removeItem(name)
  } catch {
    // A full store costs the draft its safety over a reload, not the text in the field: that is React's.
  }
  for (const listener of listeners) listener()
}

export function useDraft(conversation: number, kind: Outgoing['kind']): readonly [string, (text: string) => void] {
  const name = key(useLive().owner, conversation, kind)
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(name) ?? '')
  return [text, (next) => keep(name, next)]
}
