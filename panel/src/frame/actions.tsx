import { createContext, useContext, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react'

/** Something that can be done right now: by a key, from the palette, or by finding its key in the help. */
export type Action = {
  id: string
  label: string
  /** "e", "g i", "Mod+K", "Escape". One key, or two in a row. */
  keys?: string
  group: string
  /** Hidden ones have a key and are listed in the help, but make no sense when picked from a list. */
  hidden?: boolean
  /** Without `run` it is only told: the browser itself does it, as Enter opens a link. */
  run?: () => void
}

/** Who offers which actions. Outside of React, so that a key pressed right after a screen appears finds its action. */
class Registry {
  private sources = new Map<object, Action[]>()
  private list: Action[] = []
  private readonly listeners = new Set<() => void>()

  register(source: object, actions: Action[]): () => void {
    this.sources.set(source, actions)
    this.changed()
    return () => {
      this.sources.delete(source)
      this.changed()
    }
  }

  all = (): Action[] => this.list

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private changed(): void {
    // The newest source is the nearest to what the person looks at, so its actions come first; those of one group stay together.
    const actions = [...this.sources.values()].reverse().flat()
    const groups = [...new Set(actions.map(({ group }) => group))]
    this.list = groups.flatMap((group) => actions.filter((action) => action.group === group))
    for (const listener of this.listeners) listener()
  }
}

const Context = createContext<Registry | null>(null)

/** Between the two keys of a sequence. */
const SEQUENCE_WITHIN = 1_200

export function ActionsProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(() => new Registry())
  useEffect(() => hearKeys(registry), [registry])
  return <Context.Provider value={registry}>{children}</Context.Provider>
}

function useRegistry(): Registry {
  const registry = useContext(Context)
  if (!registry) throw new Error('used outside of ActionsProvider')
  return registry
}

export function useActionList(): Action[] {
  const registry = useRegistry()
  return useSyncExternalStore(registry.subscribe, registry.all)
}

/** Offers these actions while the component is there. They may close over anything: the newest ones run. */
export function useActions(actions: Action[]): void {
  const registry = useRegistry()
  const newest = useRef(actions)
  useLayoutEffect(() => {
    newest.current = actions
  })
  const shape = actions.map(({ id, label, keys }) => `${id}|${label}|${keys}`).join('\n')
  useLayoutEffect(() => {
    const late = (action: Action) => action.run && (() => newest.current.find(({ id }) => id === action.id)?.run?.())
    return registry.register({}, newest.current.map((action) => ({ ...action, run: late(action) })))
  }, [shape, registry])
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/**
 * An open dialog or menu keeps the keys to itself. One that fades away keeps none but the Escape that closed it,
 * so that nothing typed in a row is lost.
 */
function taken({ target, key }: KeyboardEvent): boolean {
  const inside = (role: string) => target instanceof Element && target.closest(`[role="${role}"]`) !== null
  if (inside('dialog') || (key === 'Escape' && inside('menu'))) return true
  return document.querySelector(OPEN) !== null
}
const OPEN = '[role="dialog"], [aria-haspopup="menu"][aria-expanded="true"]'

/** So long a key that means nothing yet waits for the part of the screen that is still on its way. */
const AWAITED = 2_000

function hearKeys({ all, subscribe }: Registry): () => void {
  let first = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let awaited: { key: string; until: number } | undefined
  // An Escape that closes a dialog is heard by it first, and where it did not have the focus yet, nothing is left to tell by.
  let closes = false
  const doable = (key: string) => all().find(({ keys, run }) => run && keys === key)
  const came = () => {
    const action = awaited && awaited.until > Date.now() && doable(awaited.key)
    if (!action) return
    awaited = undefined
    // Behind what is being drawn, of which the action is a part.
    setTimeout(() => action.run?.())
  }
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return
    const mod = event.ctrlKey || event.metaKey
    const key = mod ? `Mod+${event.key.toUpperCase()}` : event.key.length === 1 ? event.key.toLowerCase() : event.key
    // Letters belong to whoever is typing.
    if (event.altKey || closes || taken(event) || (typing(event.target) && !mod)) return
    const action = (first && doable(`${first} ${key}`)) || doable(key)
    clearTimeout(timer)
    first = !action && all().some(({ keys, run }) => run && keys?.startsWith(`${key} `)) ? key : ''
    if (first) timer = setTimeout(() => (first = ''), SEQUENCE_WITHIN)
    if (!action && !first && key.length === 1) awaited = { key, until: Date.now() + AWAITED }
    if (!action) return
    event.preventDefault()
    action.run?.()
  }
  const before = ({ key }: KeyboardEvent) => {
    closes = key === 'Escape' && document.querySelector(OPEN) !== null
    awaited = undefined
  }
  const elsewhere = () => (awaited = undefined)
  const unsubscribe = subscribe(came)
  addEventListener('keydown', before, true)
  addEventListener('keydown', press)
  addEventListener('pointerdown', elsewhere, true)
  return () => {
    unsubscribe()
    removeEventListener('keydown', before, true)
    removeEventListener('keydown', press)
    removeEventListener('pointerdown', elsewhere, true)
  }
}
