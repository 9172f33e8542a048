/**
 * One stream in the order of its positions 1, 2, 3 …: a conversation's messages, or its notes.
 * What lies behind a hole is held back until the hole is filled, so that nobody reads an answer before its question.
 */
export type Placed = { id: number; position: number; client_id?: string | null }

export type Stream<T extends Placed> = {
  /** Without a hole, oldest first. May begin after 1: older pages come on demand. */
  items: T[]
  /** Arrived early; a hole lies before them. */
  early: T[]
}

export const emptyStream = <T extends Placed>(): Stream<T> => ({ items: [], early: [] })

/** The last position held without a hole; what `resume` wants to know. */
export const heldUntil = (stream: Stream<Placed>, otherwise = 0): number =>
  stream.items.length ? stream.items[stream.items.length - 1]!.position : otherwise

/** Whether something waits behind a hole: ask the server with `resume` or `conversation.open`. */
export const hasGap = (stream: Stream<Placed>): boolean => stream.early.length > 0

/**
 * The stream with `arrived` merged in: duplicates dropped, order by position, early ones held.
 * `from` is the position that the first item of an empty stream must follow (what was skipped on purpose).
 */
export function merge<T extends Placed>(stream: Stream<T>, arrived: readonly T[], from = 0): Stream<T> {
  const first = stream.items[0]?.position ?? Infinity
  const last = heldUntil(stream, from)
  const known = new Map<number, T>()
  for (const item of [...stream.early, ...arrived]) if (item.position > last) known.set(item.position, item)

  const older = olderPage(arrived, first)
  const items = older.concat(stream.items)
  let next = last
  for (let item; (item = known.get(next + 1)); next++) {
    items.push(item)
    known.delete(next + 1)
  }
  const early = [...known.values()].sort((a, b) => a.position - b.position)
  if (items.length === stream.items.length && early.length === stream.early.length) return stream
  return { items, early }
}

/** Of an older page only what touches the first item held, back to its first hole. */
function olderPage<T extends Placed>(arrived: readonly T[], first: number): T[] {
  if (first === Infinity) return []
  const older: T[] = []
  const before = new Map(arrived.filter((item) => item.position < first).map((item) => [item.position, item]))
  for (let at = first - 1, item; (item = before.get(at)); at--) older.unshift(item)
  return older
}
