import type { Live } from '../live/live'

/** So long a message that one was led to is marked. */
const MARKED_FOR = 2_400
const PAGES = 60

/** Leads to a message or a note that a search found; earlier pages are asked for until it is there. The answer stops it. */
export function lead(live: Live, id: number, at: number, note: boolean): () => void {
  let over = false
  const first = () => live.store.get().messages[id]?.items[0]
  // A note stands between messages by its time: those around it have to be there.
  const wanted = note ? live.store.get().notes[id]?.items.find(({ position }) => position === at)?.at : undefined
  const there = () => {
    const oldest = first()
    return !oldest || oldest.position <= 1 || (note ? !wanted || oldest.at <= wanted : oldest.position <= at)
  }
  const go = async () => {
    for (let page = 0; page < PAGES && !there() && !over; page++) await live.older(id)
    // Twice: the first frame draws the rows, and then the stream has found its place.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const found = document.querySelector<HTMLElement>(note ? `[data-note="${at}"]` : `[data-position="${at}"]`)
      if (over || !found) return
      found.scrollIntoView({ block: 'center' })
      found.dataset.led = ''
      setTimeout(() => delete found.dataset.led, MARKED_FOR)
    }))
  }
  void go().catch(() => {})
  return () => {
    over = true
  }
}
