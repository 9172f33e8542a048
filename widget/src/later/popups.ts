import type { PopupRules, TakenForm } from '../../shared/form/types'
import type { Ui } from '../start'
import { onPage, scrolled } from './pages'

type Rule = { form: number; rules: PopupRules }

/** Forms that show themselves: after a time, after scrolling, on leaving; on which pages, and how often. */
export function createPopups({ chat }: Ui, show: (form: number) => Promise<boolean>) {
  let armed = ''
  let disarm = (): void => {}
  const key = (form: number): string => `form:${form}`
  const shelfOf = ({ once }: PopupRules) => (once === 'visitor' ? chat.shelf : chat.visit)

  const isWanted = ({ form, rules }: Rule): boolean =>
    !chat.shelf.get(key(form)) && !(rules.once === 'session' && chat.visit.get(key(form))) && onPage(rules.urls)

  function arm(all: Rule[]): void {
    if (armed === location.href) return
    armed = location.href
    disarm()
    const listeners = new AbortController()
    const { signal } = listeners
    const timers: number[] = []
    disarm = () => {
      listeners.abort()
      timers.forEach(clearTimeout)
    }
    for (const rule of all.filter(isWanted)) {
      const { delay, scroll, leaving } = rule.rules
      let over = false
      const now = async (): Promise<void> => {
        if (over || !isWanted(rule)) return
        over = true
        if ((await show(rule.form)) && rule.rules.once !== 'page') shelfOf(rule.rules).set(key(rule.form), '1')
      }
      if (delay !== null || (scroll === null && !leaving)) timers.push(setTimeout(now, (delay ?? 0) * 1000))
      if (scroll !== null) addEventListener('scroll', () => void (scrolled() >= scroll && now()), { signal, passive: true })
      // Towards the tabs and the address: whoever moves there is about to go.
      if (leaving) document.documentElement.addEventListener('mouseleave', ({ clientY }) => void (clientY <= 0 && now()), { signal })
    }
  }

  return {
    arm,
    /** Who has answered is not asked again. */
    filled: (form: number, _: TakenForm) => chat.shelf.set(key(form), '1'),
    stop: () => disarm(),
  }
}
