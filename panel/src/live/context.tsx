import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Live } from './live'
import type { State } from './state'
import type { Looker } from './views'

const Context = createContext<Live | null>(null)

export const LiveProvider = Context.Provider

export function useLive(): Live {
  const live = useContext(Context)
  if (!live) throw new Error('used outside of LiveProvider')
  return live
}

/** One fact of the state. `pick` must give the same reference while nothing changed: pick, don't build. */
export function useFact<T>(pick: (state: State) => T): T {
  const { store } = useLive()
  return useSyncExternalStore(store.subscribe, () => pick(store.get()))
}

/** Lets the server tell of every change of these contacts while they are shown. */
export function useWatch(contacts: readonly number[]): void {
  const live = useLive()
  const named = contacts.join()
  useEffect(() => (named ? live.watch(named.split(',').map(Number)) : undefined), [live, named])
}

/** Whose inbox this is. */
export function useLooker(): Looker {
  const me = useFact((state) => state.session?.agent.id ?? 0)
  const groups = useFact((state) => state.groups)
  const views = useFact((state) => state.views)
  return useMemo(() => ({ me, groups, views }), [me, groups, views])
}
