import { useSyncExternalStore } from 'react'
import { useLive } from '../live/context'
import type { Outgoing } from '../live/state'

/**
 * Half-written replies and notes, kept for each conversation over reloads, and shown in the list. Beside the text stands when
 * it was written, by which `installed/drafts-kept.ts` brings it to the agent's other devices.
 */
const listeners = new Set<() => void>()

export const draftsOf = (owner: string) => `panel.draft ${owner} `
export const key = (owner: string, conversation: number, kind: Outgoing['kind']) => `${draftsOf(owner)}${conversation} ${kind}`
/** Beside a draft: when it was written, in milliseconds, and what stood here before something newer came from another device. */
export const WRITTEN = '.written'
export const BEFORE = '.before'

export const subscribe = (listener: () => void) => {
  listeners.add(listener)
  addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', listener)
  }
}

export function keep(name: string, text: string, written = Date.now()): void {
  try {
    localStorage.setItem(name + WRITTEN, String(written))
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

/** What stood in the field before something newer came from another device, and a way to let go of it. */
export function useBefore(conversation: number, kind: Outgoing['kind']): readonly [string, () => void] {
  const name = key(useLive().owner, conversation, kind) + BEFORE
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(name) ?? '')
  return [text, () => {
    localStorage.removeItem(name)
    for (const listener of listeners) listener()
  }]
}
