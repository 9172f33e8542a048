import type { Line } from './lines'

/** Lines that are laid out and painted together, or not at all. Its number holds while earlier pages come before it. */
export type Chunk = { number: number; lines: readonly Line[] }

/** Positions in one chunk: about two screens. */
const SIZE = 25

/** Cuts what a conversation shows into chunks by position; a chunk that says the same as before is the same one. */
export function chunks(lines: readonly Line[], before: readonly Chunk[]): Chunk[] {
  const found: { number: number; lines: Line[] }[] = []
  for (const line of lines) {
    const position = line.kind === 'group' ? line.bubbles[0]?.position : undefined
    const number = Math.floor((position ?? 0) / SIZE)
    const last = found.at(-1)
    // What has no position of its own stays with what is before it.
    if (!last || number > last.number) found.push({ number, lines: [line] })
    else last.lines.push(line)
  }
  const known = new Map(before.map((chunk) => [chunk.number, chunk]))
  return found.map((chunk) => same(known.get(chunk.number), chunk))
}

const same = (before: Chunk | undefined, after: Chunk): Chunk =>
  before && before.lines.length === after.lines.length && before.lines.every((line, index) => line === after.lines[index]) ? before : after

/**
 * Lets the browser skip chunks that are off the screen: of ten thousand messages it lays out and paints a few dozen.
 * A chunk keeps the height that it has now, so nothing moves when it is skipped or comes back.
 */
export function rest(nodes: readonly HTMLElement[]): void {
  // In steps, so that however many there are, they are laid out once.
  for (const { style } of nodes) style.contentVisibility = 'visible'
  const heights = nodes.map((node) => node.offsetHeight)
  nodes.forEach((node, index) => {
    setHeight(node, heights[index]!)
    node.style.contentVisibility = 'auto'
  })
}

const setHeight = ({ style }: HTMLElement, height: number) => style.setProperty('contain-intrinsic-block-size', `${height}px`)

/** Of a chunk that is on the screen, whose pictures and previews come later. (A browser's own memory of it would hold too long.) */
export const keepHeight = (node: HTMLElement): void => setHeight(node, node.offsetHeight)
