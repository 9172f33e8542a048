/**
 * Calls `moved` when a single-page app shows another address. Its own calls go through unchanged, and `undo`
 * leaves the history as it was found, unless somebody wrapped it after us.
 */
export function watchNavigation(moved: () => void): () => void {
  const undo: (() => void)[] = []
  let address = location.href
  const check = (): void => {
    if (location.href === address) return
    address = location.href
    // The page sets its new title after it moved.
    setTimeout(moved, 50)
  }
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name]
    const wrapped: typeof original = function (this: History, ...args) {
      original.apply(this, args)
      check()
    }
    history[name] = wrapped
    undo.push(() => {
      if (history[name] === wrapped) history[name] = original
    })
  }
  addEventListener('popstate', check)
  undo.push(() => removeEventListener('popstate', check))
  return () => undo.forEach((step) => step())
}
