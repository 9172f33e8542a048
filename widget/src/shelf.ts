import type { Shelf } from '../shared/outbox'

/** The browser's storage under a prefix; memory where the browser or its settings refuse it. */
export function openShelf(prefix: string, area: 'localStorage' | 'sessionStorage' = 'localStorage'): Shelf {
  const memory = new Map<string, string>()
  let store: Storage | undefined
  try {
    store = window[area]
    store.setItem(prefix, '1') // A full or forbidden store throws here and not in the middle of a message.
    store.removeItem(prefix)
  } catch {
    store = undefined
  }
  return {
    get: (name) => (store ? store.getItem(prefix + name) : memory.get(name) ?? null),
    set(name, value) {
      try {
        if (store) return store.setItem(prefix + name, value)
      } catch {
        // The quota is used up: what the visitor writes now lives as long as the page does.
        store = undefined
      }
      memory.set(name, value)
    },
    remove(name) {
      memory.delete(name)
      store?.removeItem(prefix + name)
    },
    names: () =>
      store
        ? Object.keys(store).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
        : [...memory.keys()],
  }
}

export const readJson = <T>(shelf: Shelf, name: string): T | null => {
  try {
    return JSON.parse(shelf.get(name) ?? 'null') as T | null
  } catch {
    return null
  }
}
