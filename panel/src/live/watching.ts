/** Several parts of a screen come and go together; one word tells of all of them. */
const AFTER = 200
/** So many one socket may name; more than a screen shows. */
const MOST = 200

/** The contacts that are on the screen: the server tells of every change of these, and of no others. */
export class Watching {
  private readonly parts = new Set<readonly number[]>()
  private told = ''
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly tell: (contacts: number[]) => Promise<unknown>) {}

  /** Hear of these too; the answer ends it. */
  add(contacts: readonly number[]): () => void {
    this.parts.add(contacts)
    this.soon()
    return () => {
      this.parts.delete(contacts)
      this.soon()
    }
  }

  /** A new connection knows nothing of the one before. */
  again(): void {
    this.told = ''
    this.soon()
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private soon(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      const contacts = [...new Set([...this.parts].flat())].slice(0, MOST)
      const said = contacts.join()
      if (said === this.told) return
      this.told = said
      // Without an answer the next connection says it anew.
      this.tell(contacts).catch(() => { if (this.told === said) this.told = '' })
    }, AFTER)
  }
}
