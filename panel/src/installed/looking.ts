import { useEffect } from 'react'
import { useMatch } from 'react-router'
import { useAttended } from '../conversation/reading'

/** Lets the service worker know which conversation is before somebody's eyes, so that it need not be told of. Held as a lock: it goes with the window, however that ends. */
export function useLooking(): void {
  const attended = useAttended()
  const conversation = Number(useMatch('/inbox/:view/:conversation')?.params.conversation) || 0
  useEffect(() => {
    if (!attended || !conversation) return
    let end = () => {}
    let over = false
    void navigator.locks?.request(`looking ${conversation}`, { mode: 'shared' }, () => over || new Promise<void>((resolve) => {
      end = resolve
    }))
    return () => {
      over = true
      end()
    }
  }, [attended, conversation])
}
