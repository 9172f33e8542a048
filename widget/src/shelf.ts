import type { Shelf } from '../shared/outbox'

/** The browser's storage under a prefix. What it refuses, forbidden or full, lives as long as the page does. */
export function openShelf(prefix: string, area: 'localStorage' | 'sessionStorage' = 'localStorage'): Shelf {
  const memory = new Map<string, string>()
  let store: Storage | undefined
  try {
    store = window[area]
  } catch {
    // The visitor forbids it.
  }
  return {
    get: (name) => memory.get(name) ?? store?.getItem(prefix + name) ?? null,
    set(name, value) {
      memory.delete(name)
      try {
        store!.setItem(prefix + name, value)
      } catch {
        memory.set(name, value)
      }
    },
    remove(name) {
      memory.delete(name)
      store?.removeItem(prefix + name)
    },
    names() {
      const stored = Object.keys(store ?? {}).filter((name) => name.startsWith(prefix))
      return [...new Set([...memory.keys(), ...stored.map((name) => name.slice(prefix.length))])]
    },
  }
}

export const readJson = <T>(shelf: Shelf, name: string): T | null => {
  try {
    return JSON.parse(shelf.get(name) ?? 'null') as T | null
  } catch {
    return null
  }
}
