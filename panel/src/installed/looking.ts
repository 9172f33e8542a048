import { useEffect } from 'react'
import { useMatch } from 'react-router'
import { useAttended } from '../conversation/reading'

/**
 * Lets the other windows and the service worker know that somebody sits before this one, and which conversation they see:
 * they need not be told of it. Held as locks, which go with the window, however that ends.
 */
export function useLooking(): void {
  const attended = useAttended()
  const conversation = Number(useMatch('/inbox/:view/:conversation')?.params.conversation) || 0
  useEffect(() => (attended ? hold('attended') : undefined), [attended])
  useEffect(() => (attended && conversation ? hold(`looking ${conversation}`) : undefined), [attended, conversation])
}

function hold(name: string): () => void {
  let end = () => {}
  let over = false
  void navigator.locks?.request(name, { mode: 'shared' }, () => over || new Promise<void>((resolve) => {
    end = resolve
  }))
  return () => {
    over = true
    end()
  }
}
