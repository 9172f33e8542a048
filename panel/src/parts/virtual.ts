import { useLayoutEffect, useState, type RefObject } from 'react'

/** Rows beyond the edges that are there already when scrolling reaches them. */
const AROUND = 12

/** Which rows of one height are on the screen: a million of them cost what fits into a window. */
export function useVisible(scroller: RefObject<HTMLElement | null>, count: number, height: number): { first: number; last: number } {
  const [range, setRange] = useState({ first: 0, last: AROUND * 2 })
  useLayoutEffect(() => {
    const box = scroller.current
    if (!box) return
    const look = () => {
      const first = Math.max(0, Math.floor(box.scrollTop / height) - AROUND)
      const last = Math.ceil((box.scrollTop + box.clientHeight) / height) + AROUND
      setRange((before) => (before.first === first && before.last === last ? before : { first, last }))
    }
    look()
    box.addEventListener('scroll', look, { passive: true })
    const watch = new ResizeObserver(look)
    watch.observe(box)
    return () => {
      box.removeEventListener('scroll', look)
      watch.disconnect()
    }
  }, [scroller, height])
  return { first: Math.min(range.first, Math.max(0, count - 1)), last: Math.min(range.last, count) }
}
