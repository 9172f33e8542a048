import type { WireError } from './types'

/** Something to be delivered exactly once; the server knows it again by its `client_id`. */
export type Letter = { client_id: string; at: number; error?: WireError }

/** A shelf that survives reloads and that all tabs of a browser see: localStorage with a prefix. */
export type Shelf = {
  get(name: string): string | null
  set(name: string, value: string): void
  remove(name: string): void
  names(): string[]
}

export type Outbox<L extends Letter> = {
  /** Oldest first, also those that other tabs put in. */
  letters(): L[]
  add(letter: Omit<L, 'at'>): void
  drop(clientId: string): void
  /** Sends a failed letter again; `changes` may give it a new id, where the old one was taken. */
  retry(clientId: string, changes?: Partial<L>): void
  /** Delivers what waits, in order, one at a time, in one tab at a time. */
  flush(): Promise<void>
}

/** Longer than an ack may take, so that a tab in the middle of a delivery keeps its lease. */
const LEASE = 15_000
const FIRST_RETRY = 1000
const LAST_RETRY = 30_000

const SLOT = 'out:'
const LEASE_SLOT = 'out-lease'

/**
 * An outbox on `shelf`. `deliver` resolves when the server has the letter and throws a WireError otherwise:
 * a retryable one keeps the letter waiting (and those behind it: order matters), any other marks it as failed.
 */
export function createOutbox<L extends Letter>(
  shelf: Shelf, tab: string, deliver: (letter: L) => Promise<unknown>, changed: () => void,
): Outbox<L> {
  let busy = false
  let retries = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  // One slot for each letter: two tabs that write at the same moment can't lose each other's.
  const keep = (letter: L): void => shelf.set(SLOT + letter.client_id, JSON.stringify(letter))

  function letters(): L[] {
    const found: L[] = []
    for (const name of shelf.names()) {
      const text = name.startsWith(SLOT) && shelf.get(name)
      if (text) found.push(JSON.parse(text) as L)
    }
    return found.sort((a, b) => a.at - b.at)
  }

  function leaseIsOurs(): boolean {
    const [owner, until] = (shelf.get(LEASE_SLOT) ?? '').split(' ')
    if (owner !== tab && Number(until) > Date.now()) return false
    shelf.set(LEASE_SLOT, `${tab} ${Date.now() + LEASE}`)
    return true
  }

  function later(delay: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), delay)
  }

  async function flush(): Promise<void> {
    if (busy) return
    clearTimeout(timer)
    busy = true
    for (let letter; (letter = letters().find((waiting) => !waiting.error)); ) {
      // Two tabs may win this race; then the server sees one id twice and keeps one message.
      if (!leaseIsOurs()) {
        later(LEASE / 5)
        break
      }
      try {
        await deliver(letter)
        retries = 0
        shelf.remove(SLOT + letter.client_id)
      } catch (reason) {
        const error = reason as WireError
        if (error.retryable) {
          later(Math.min(LAST_RETRY, FIRST_RETRY * 2 ** retries++))
          break
        }
        keep({ ...letter, error })
      }
      changed()
    }
    busy = false
    if (shelf.get(LEASE_SLOT)?.startsWith(tab)) shelf.remove(LEASE_SLOT)
  }

  return {
    letters,
    flush,
    add(letter) {
      const newest = letters().pop()?.at ?? 0
      keep({ ...letter, at: Math.max(Date.now(), newest + 1) } as L)
      changed()
      void flush()
    },
    drop(clientId) {
      if (shelf.get(SLOT + clientId) == null) return
      shelf.remove(SLOT + clientId)
      changed()
    },
    retry(clientId, changes) {
      const letter = letters().find((each) => each.client_id === clientId)
      if (!letter) return
      shelf.remove(SLOT + clientId)
      keep({ ...letter, ...changes, error: undefined })
      changed()
      void flush()
    },
  }
}
