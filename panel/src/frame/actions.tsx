import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'

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

type Registry = { actions: Action[]; register: (source: object, actions: Action[]) => void; remove: (source: object) => void }

const Context = createContext<Registry | null>(null)

/** Between the two keys of a sequence. */
const SEQUENCE_WITHIN = 1_200

export function ActionsProvider({ children }: { children: ReactNode }) {
  const [sources, setSources] = useState<ReadonlyMap<object, Action[]>>(new Map())
  const registry = useMemo(() => {
    const edit = (change: (map: Map<object, Action[]>) => void) => setSources((now) => {
      const next = new Map(now)
      change(next)
      return next
    })
    return {
      register: (source: object, actions: Action[]) => edit((map) => map.set(source, actions)),
      remove: (source: object) => edit((map) => map.delete(source)),
    }
  }, [])
  // The newest source is the nearest to what the person looks at, so its actions come first.
  const actions = useMemo(() => [...sources.values()].reverse().flat(), [sources])
  useKeys(actions)
  return <Context.Provider value={useMemo(() => ({ actions, ...registry }), [actions, registry])}>{children}</Context.Provider>
}

function useRegistry(): Registry {
  const registry = useContext(Context)
  if (!registry) throw new Error('used outside of ActionsProvider')
  return registry
}

/** All actions, those of one group together. */
export function useActionList(): Action[] {
  const { actions } = useRegistry()
  return useMemo(() => {
    const groups = [...new Set(actions.map(({ group }) => group))]
    return groups.flatMap((group) => actions.filter((action) => action.group === group))
  }, [actions])
}

/** Offers these actions while the component is there. They may close over anything: the newest ones run. */
export function useActions(actions: Action[]): void {
  const { register, remove } = useRegistry()
  const newest = useRef(actions)
  useLayoutEffect(() => {
    newest.current = actions
  })
  const shape = actions.map(({ id, label, keys }) => `${id}|${label}|${keys}`).join('\n')
  useEffect(() => {
    const source = {}
    register(source, newest.current.map((action) => ({ ...action, run: action.run && (() => newest.current.find(({ id }) => id === action.id)?.run?.()) })))
    return () => remove(source)
  }, [shape, register, remove])
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

const inDialog = () => document.querySelector('[role="dialog"], [role="menu"]') !== null

function useKeys(actions: Action[]): void {
  const newest = useRef(actions)
  newest.current = actions
  useEffect(() => {
    let first = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const mod = event.ctrlKey || event.metaKey
      const key = mod ? `Mod+${event.key.toUpperCase()}` : event.key.length === 1 ? event.key.toLowerCase() : event.key
      // Letters belong to whoever is typing; a dialog keeps all keys to itself.
      if (event.altKey || inDialog() || (typing(event.target) && !mod)) return
      const sequence = first ? `${first} ${key}` : key
      const doable = newest.current.filter(({ run }) => run)
      const action = doable.find(({ keys }) => keys === sequence) ?? doable.find(({ keys }) => keys === key)
      clearTimeout(timer)
      first = !action && doable.some(({ keys }) => keys?.startsWith(`${key} `)) ? key : ''
      if (first) timer = setTimeout(() => (first = ''), SEQUENCE_WITHIN)
      if (!action) return
      event.preventDefault()
      action.run?.()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}
