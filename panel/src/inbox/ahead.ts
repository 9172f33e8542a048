import { fetchLate } from '../conversation/late'
import type { Live } from '../live/live'

/** A pointer that passes over many rows means none of them. */
const MEANT = 60
/** So long after a conversation was opened, its neighbours are likely to be the next. */
const SETTLED = 300

/** Pauses until the browser has nothing else to do; some can't tell. */
const idle = (run: () => void) => 'requestIdleCallback' in window ? requestIdleCallback(run, { timeout: 5_000 }) : setTimeout(run, 1_500)
let fetched = false

const idOf = (row: Element | null | undefined) => Number(row?.querySelector<HTMLElement>('[data-row]')?.dataset.row)

/** Gets what is likely to be opened next: the row under the pointer or the focus, and those beside the open one. The answer ends it. */
export function ahead(live: Live, list: HTMLElement): () => void {
  if (!fetched && list.querySelector('[data-row]')) {
    fetched = true
    // Two frames later the rows are painted, and what one waits for is over.
    requestAnimationFrame(() => requestAnimationFrame(() => idle(fetchLate)))
  }
  const timers = new Map<'row' | 'beside', ReturnType<typeof setTimeout>>()
  const later = (what: 'row' | 'beside', after: number, run: () => void) => {
    clearTimeout(timers.get(what))
    timers.set(what, setTimeout(run, after))
  }
  const point = ({ target, type }: Event) => {
    const id = idOf((target as Element).closest('li'))
    later('row', type === 'pointerdown' ? 0 : MEANT, () => id && live.ahead(id))
  }
  later('beside', SETTLED, () => {
    const open = list.querySelector('[data-row][aria-current="true"]')?.closest('li')
    for (const id of [idOf(open?.nextElementSibling), idOf(open?.previousElementSibling)]) if (id) live.ahead(id)
  })
  const kinds = ['pointerover', 'pointerdown', 'focusin'] as const
  for (const kind of kinds) list.addEventListener(kind, point)
  return () => {
    for (const kind of kinds) list.removeEventListener(kind, point)
    for (const timer of timers.values()) clearTimeout(timer)
  }
}
