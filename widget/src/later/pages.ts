/** How far the page was scrolled, in percent; one that fits into the window is seen whole. */
export function scrolled(): number {
  const { scrollHeight, clientHeight, scrollTop } = document.documentElement
  return scrollHeight > clientHeight ? ((scrollTop + 1) / (scrollHeight - clientHeight)) * 100 : 100
}

/** Whether the page is one of those that the globs name; none name all. */
export function onPage(urls: string[]): boolean {
  const whole = location.href.split('#')[0]!.toLowerCase()
  const bare = whole.split('?')[0]!
  return !urls.length || urls.some((glob) => [whole, bare, bare.replace(/\/$/, '')].some((url) => fits(url, glob.toLowerCase())))
}

/** Whether the pieces between the stars stand in the address, in order, the first at its start and the last at its end. */
function fits(url: string, glob: string): boolean {
  const pieces = glob.split('*')
  const last = pieces.pop()!
  if (!pieces.length) return url === last
  let place = 0
  for (const [number, piece] of pieces.entries()) {
    const found = url.indexOf(piece, place)
    if (found < 0 || (!number && found)) return false
    place = found + piece.length
  }
  return url.length - last.length >= place && url.endsWith(last)
}
