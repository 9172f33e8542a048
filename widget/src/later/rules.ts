import type { Look, LookRules } from '../../shared/types'
import type { Chat } from '../chat'
import { onPage, scrolled } from './pages'

const PHONE = 480
/** Timers of browsers count no further. */
const LONGEST = 2 ** 31 - 1

/**
 * Says which of `looks` shows now, and says it again when that changes: the first whose rules hold on this page, once its
 * time has come. Null for none. The function that it returns looks again, when the page or the session is another one.
 */
export function watchLooks(looks: Look[], chat: Chat, say: (look: Look | null) => void): { look: () => void; stop: () => void } {
  let page = ''
  let since = 0
  let deepest = 0
  let timer = 0
  const listeners = new AbortController()

  function look(): void {
    clearTimeout(timer)
    if (page !== location.href) {
      page = location.href
      since = Date.now()
      deepest = 0
    }
    const found = looks.find((each) => fits(each, chat))
    if (!found) return say(null)
    const { delay = 0, scroll = 0, turns } = found.rules ?? {}
    const left = since + delay * 1000 - Date.now()
    // An open chat stays what it is, and who has seen it once does not lose it by scrolling up.
    const isTime = chat.isOpen() || (left <= 0 && deepest >= scroll)
    const next = Math.min(left > 0 ? left : LONGEST, turns && turns > Date.now() ? turns - Date.now() : LONGEST)
    if (next < LONGEST) timer = setTimeout(look, next)
    say(isTime ? found : null)
  }

  addEventListener('scroll', () => {
    const depth = scrolled()
    if (depth <= deepest) return
    deepest = depth
    look()
  }, { signal: listeners.signal, passive: true })
  addEventListener('resize', look, { signal: listeners.signal })
  look()
  return {
    look,
    stop() {
      listeners.abort()
      clearTimeout(timer)
    },
  }
}

function fits({ key, rules = {} }: Look, chat: Chat): boolean {
  const { urls = [], not_on = [], device, asks } = rules
  const isPhone = innerWidth < PHONE
  return onPage(urls) && !(not_on.length && onPage(not_on)) && (!device || (device === 'phone') === isPhone) && isOpen(rules)
    && (!asks || !!chat.session()?.application.widgets?.includes(key))
}

/** The server said whether the team is there, and until when that is so. */
const isOpen = ({ open = true, turns }: LookRules): boolean => (turns && Date.now() >= turns ? !open : open)
