import { createContext, startTransition, useEffect, useState } from 'react'

/** Milliseconds after which it counts as painted in any case: what is asked for may not come, and an unseen window paints nothing. */
const ANYHOW = 500
/** Milliseconds behind the paint in which whoever only passes through may go on: what is not begun is in nobody's way. */
const PASSING = 30

/** Whether what one came for is on the screen. Until then nothing else is drawn, for it would delay it. */
export const Painted = createContext(true)

/** False until the browser has painted what was waited for. */
export function usePainted(there: boolean): boolean {
  const [painted, setPainted] = useState(false)
  useEffect(() => {
    const go = () => startTransition(() => setPainted(true))
    let timer = setTimeout(go, ANYHOW)
    // The next frame paints it, and what is put behind that frame waits for it.
    const frame = there && requestAnimationFrame(() => {
      clearTimeout(timer)
      timer = setTimeout(go, PASSING)
    })
    return () => {
      if (frame) cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [there])
  return painted
}
