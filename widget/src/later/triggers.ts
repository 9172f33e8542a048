import type { DueModal, PageRules, ShownModal } from '../../shared/modal/types'
import type { Ui } from '../start'
import { onPage, scrolled } from './pages'

/** A first visit goes on for so long after somebody was seen first. */
const FIRST_VISIT = 30 * 60_000
/** What wants to show itself within so many milliseconds is one moment, and the most important shows. */
const MOMENT = 60

/** Shows what is due on a page when its moment comes: after a time, after scrolling, on leaving. */
export function createTriggers({ chat }: Ui, isFree: () => boolean, show: (modal: ShownModal) => void) {
  let armed = ''
  let disarm = (): void => {}

  function arm(): void {
    if (armed === location.href || chat.connection() !== 'up' || !chat.session()?.application.modals || !chat.isAgreed()) return
    const here = (armed = location.href)
    disarm()
    const listeners = new AbortController()
    const timers: number[] = []
    disarm = () => {
      listeners.abort()
      timers.forEach(clearTimeout)
    }
    chat.socket().send('modal.list', {}).then(({ modals, first_seen }) => {
      if (armed === here) watch(modals, first_seen, listeners.signal, timers)
    }, () => void (armed === here && (armed = '')))
  }

  function watch(modals: DueModal[], firstSeen: number, signal: AbortSignal, timers: number[]): void {
    let isOver = false
    let wanted: DueModal[] = []
    const pick = async (): Promise<void> => {
      const [first] = wanted.sort((a, b) => b.rules.priority - a.rules.priority)
      wanted = []
      // One is enough for a page; and what is on the screen is not talked over.
      if (isOver || !first || !isFree() || document.hidden || wasHad(first)) return
      isOver = true
      const answer = await chat.socket().send('modal.open', { modal: first.modal }).catch(() => (isOver = false) || null)
      if (answer && !signal.aborted && isFree()) show(answer.modal)
    }
    for (const due of modals.filter(({ rules }) => isMeant(rules, firstSeen))) {
      let isOnce = false
      const now = (): void => {
        if (isOnce) return
        isOnce = true
        // In a tab that nobody looks at it waits until somebody does.
        if (document.hidden) return document.addEventListener('visibilitychange', () => ((isOnce = false), now()), { signal, once: true })
        if (wanted.push(due) === 1) timers.push(setTimeout(pick, MOMENT))
      }
      const { delay, scroll, leaving } = due.rules
      if (delay !== null || (scroll === null && !leaving)) timers.push(setTimeout(now, (delay ?? 0) * 1000))
      if (scroll !== null) addEventListener('scroll', () => void (scrolled() >= scroll && now()), { signal, passive: true })
      if (leaving) document.documentElement.addEventListener('mouseleave', ({ clientY }) => void (clientY <= 0 && now()), { signal })
    }
  }

  /** Once a visit is once on all of its pages; how often it comes back, the server knows. */
  const wasHad = ({ modal, rules }: DueModal): boolean =>
    (rules.often === 'session' || rules.often === 'until_clicked') && !!chat.visit.get(`modal:${modal}`)

  function isMeant({ urls, not_urls, visitors }: PageRules, firstSeen: number): boolean {
    if (!onPage(urls) || (not_urls.length && onPage(not_urls))) return false
    // Said once for the whole visit, however long it lasts.
    if (!chat.visit.get('came')) chat.visit.set('came', Date.now() - firstSeen > FIRST_VISIT ? 'again' : 'first')
    return visitors === 'any' || (visitors === 'first') === (chat.visit.get('came') === 'first')
  }

  return { arm, stop: () => disarm() }
}
