import type { Author } from '../shared/types'

/** How long somebody is shown as typing after their last sign, should the "off" get lost. */
const SHOWN = 6000
/** A sign every three seconds keeps the dots of the other side alive. */
const REPEAT = 3000
const IDLE = 5000

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

/** Says that the visitor is typing, seldom enough to be cheap. */
export function createTypingSigns(say: (on: boolean) => void) {
  let last = 0
  let timer = 0
  const off = (): void => {
    clearTimeout(timer)
    if (last) say(false)
    last = 0
  }
  return (typing: boolean): void => {
    if (!typing) return off()
    clearTimeout(timer)
    timer = setTimeout(off, IDLE)
    if (Date.now() - last < REPEAT) return
    last = Date.now()
    say(true)
  }
}
