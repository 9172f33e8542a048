import type { Author } from '../shared/types'

/** How long somebody is shown as typing after their last sign, should the "off" get lost. */
const SHOWN = 6000
/** A sign every three seconds keeps the dots of the other side alive. */
const REPEAT = 3000
const IDLE = 5000

/** Who of the team is typing. */
export function createTypists(changed: () => void) {
  const typists = new Map<string, { author: Author; timer: number }>()
  const keyOf = (author: Author): string => author.kind + author.id

  function stop(author: Author): void {
    const typist = typists.get(keyOf(author))
    if (!typist) return
    clearTimeout(typist.timer)
    typists.delete(keyOf(author))
    changed()
  }

  return {
    stop,
    hear(author: Author, on: boolean) {
      stop(author)
      if (!on || author.kind === 'contact') return
      typists.set(keyOf(author), { author, timer: setTimeout(() => stop(author), SHOWN) })
      changed()
    },
    current: (): Author | undefined => [...typists.values()].pop()?.author,
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
