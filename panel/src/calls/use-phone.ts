import type { Call } from '@shared/types'
import { useMemo, useSyncExternalStore } from 'react'
import { useFact } from '../live/context'
import type { Notes, Unsaved } from './notes'
import type { Phone } from './phone'
import type { PhoneState } from './phone-state'

export const usePhone = (phone: Phone): PhoneState => useSyncExternalStore(phone.subscribe, phone.get)
export const useNotes = (notes: Notes): readonly Unsaved[] => useSyncExternalStore(notes.subscribe, notes.get).unsaved

/** The calls that ring here, the one that rings for the longest time first, and those that go on on another device of this agent. */
export function useCalls(mine: number | undefined): { rings: Call[]; elsewhere: Call[] } {
  const calls = useFact((state) => state.calls)
  const me = useFact((state) => state.session?.agent.id ?? 0)
  return useMemo(() => ({
    rings: calls.filter((call) => ringsAt(call, me)).sort((a, b) => a.id - b.id),
    elsewhere: calls.filter((call) => call.state !== 'ended' && call.id !== mine && call.agent?.id === me),
  }), [calls, me, mine])
}

/** Whether devices of an agent ring: for a call, or because a colleague wants to ask something beside one. */
const ringsAt = ({ state, rings, consult }: Call, me: number): boolean =>
  (state === 'ringing' && rings.includes(me)) || (state === 'talking' && consult?.id === me && !consult.leg)

/** Who gave this call to whoever it rings now; undefined where it was not handed over. */
export const givenBy = ({ history }: Call): string | undefined => history.findLast(({ what }) => what === 'handed' || what === 'accepted')?.what === 'handed'
  ? history.findLast(({ what }) => what === 'handed')?.by?.name : undefined
