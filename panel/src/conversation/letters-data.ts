import type { ChatDelivery } from '@shared/types'
import { useSyncExternalStore } from 'react'
import type { ChatDeliveries } from '../live/api-types'
import { useLive } from '../live/context'
import type { Live } from '../live/live'

type Letters = readonly ChatDelivery[]
const NONE: Letters = []

/** What left one conversation another way than the chat: asked for once, and kept true by what the server tells. */
class Store {
  private all: Letters = NONE
  private listeners = new Set<() => void>()
  private deaf?: () => void

  constructor(private live: Live, private conversation: number) {}

  readonly get = () => this.all
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    if (this.listeners.size === 1) this.begin()
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size) return
      this.deaf?.()
      this.deaf = undefined
    }
  }

  private begin(): void {
    this.deaf = this.live.hear({ delivery: (one) => one.conversation === this.conversation && this.put([one]) })
    this.live.rest<ChatDeliveries>('GET', `deliveries?conversation=${this.conversation}&limit=100`)
      .then(({ deliveries }) => this.put(deliveries), () => {})
  }

  private put(some: Letters): void {
    const known = new Map(this.all.map((one) => [one.id, one]))
    for (const one of some) if (one.updated >= (known.get(one.id)?.updated ?? '')) known.set(one.id, one)
    this.all = [...known.values()].sort((a, b) => a.id - b.id)
    for (const listener of this.listeners) listener()
  }
}

const stores = new WeakMap<Live, Map<number, Store>>()

export function useLetters(conversation: number): Letters {
  const live = useLive()
  const mine = stores.get(live) ?? new Map<number, Store>()
  stores.set(live, mine)
  const store = mine.get(conversation) ?? new Store(live, conversation)
  mine.set(conversation, store)
  return useSyncExternalStore(store.subscribe, store.get)
}
