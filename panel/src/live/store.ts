import { start, type State } from './state'

/** A value that tells when it changes; React reads it through useSyncExternalStore. */
export class Store {
  private state = start
  private readonly listeners = new Set<() => void>()

  get = (): State => this.state

  /** One change, one round of listeners, however many facts it brings. */
  change(next: (state: State) => Partial<State> | null): void {
    const part = next(this.state)
    if (!part) return
    this.state = { ...this.state, ...part }
    for (const listener of [...this.listeners]) listener()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
