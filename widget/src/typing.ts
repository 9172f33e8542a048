import type { Author } from '../shared/types'

/** How long somebody is shown as typing after their last sign, should the "off" get lost. */
const SHOWN = 6000
/** A sign every three seconds keeps the dots of the other side alive. */
const REPEAT = 3000
const IDLE = 5000
/** As often the team sees more of the text. */
const PREVIEW = 800

/** Who of the team is typing: the one who gave a sign last. */
export function createTypist(changed: () => void) {
  let typist: Author | undefined
  let timer = 0

  function set(author: Author | undefined): void {
    clearTimeout(timer)
    typist = author
    changed()
  }

  return {
    hear(author: Author, on: boolean) {
      if (on && author.kind !== 'contact') {
        set(author)
        timer = setTimeout(set, SHOWN)
      } else if (typist?.id === author.id) set(undefined)
    },
    current: () => typist,
  }
}

/** Says that the visitor is typing, seldom enough to be cheap; where the team sees the text, the last sign has all of it. */
export function createTypingSigns(say: (on: boolean) => void, isShown: () => unknown) {
  let last = 0
  let timer = 0
  let next = 0
  const off = (): void => {
    clearTimeout(timer)
    clearTimeout(next)
    if (last) say(false)
    last = next = 0
  }
  const on = (): void => {
    next = 0
    last = Date.now()
    say(true)
  }
  return (typing: boolean): void => {
    if (!typing) return off()
    clearTimeout(timer)
    timer = setTimeout(off, IDLE)
    const wait = last + (isShown() ? PREVIEW : REPEAT) - Date.now()
    if (wait <= 0) on()
    else if (isShown()) next ||= setTimeout(on, wait)
  }
}
