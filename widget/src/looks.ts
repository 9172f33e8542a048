import type { Look } from '../shared/types'
import type { Chat } from './chat'
import type { Laters } from './later'

/** What the server says of all widgets; null where it could not be asked. */
export type Looks = { widgets: Look[] } | null

/** How it looks where nobody has said anything. */
const PLAIN: Look = { key: '' }

/**
 * Which widget shows: the one that the page names, else the first whose rules hold. Most sites have one without rules, and
 * it is there at once; rules come with a chunk of their own.
 */
export function createLooks(chat: Chat, laters: Laters, wear: (look: Look | null) => void) {
  let watching: { look: () => void; stop: () => void } | undefined
  let isOver = false

  function choose(looks: Looks): void {
    if (isOver) return
    watching?.stop()
    watching = undefined
    const { widget, look } = chat.options
    const all = look ? [look] : looks?.widgets.length ? looks.widgets : [PLAIN]
    const named = all.filter(({ key }) => key === widget)
    const tried = named.length ? named : all
    if (!tried[0]!.rules || look) return wear(tried[0]!)
    laters.rules().then(({ watchLooks }) => {
      if (!isOver) watching = watchLooks(tried, chat, wear)
    }, () => wear(null))
  }

  return {
    choose,
    /** Another page, or a session that knows more. */
    look: () => watching?.look(),
    stop() {
      isOver = true
      watching?.stop()
    },
  }
}
