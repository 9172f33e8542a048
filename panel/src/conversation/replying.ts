import { useSyncExternalStore } from 'react'

/** Which message is being answered, in each conversation. */
export type Answered = { id: number; name: string; text: string }

const answered = new Map<number, Answered>()
const listeners = new Set<() => void>()

export function answer(conversation: number, message: Answered | undefined): void {
  if (message) answered.set(conversation, message)
  else answered.delete(conversation)
  for (const listener of listeners) listener()
}

export const useAnswered = (conversation: number): Answered | undefined =>
  useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, () => answered.get(conversation))
