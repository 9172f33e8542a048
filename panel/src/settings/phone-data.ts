import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { PhoneLines, PhoneNumber, PhoneNumbers, PhoneSetting, Price } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { useWords } from '../words/words'

const ACCOUNT = ['phone-account']
const NUMBERS = ['phone-numbers']
const LINES = ['phone-lines']

/** What a provider is called everywhere. */
export const TITLES: Record<string, string> = { twilio: 'Twilio', telnyx: 'Telnyx' }

/** The account at the provider, or that there is none. */
export function useAccount() {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: ACCOUNT, queryFn: ({ signal }) => live.rest<PhoneSetting>('GET', 'phone-account', undefined, signal), enabled: online, staleTime: 10_000 })
}

/** The numbers; looked at again and again while one of them is on its way. */
export function useNumbers() {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({
    queryKey: NUMBERS, enabled: online, staleTime: 10_000,
    queryFn: ({ signal }) => live.rest<PhoneNumbers>('GET', 'phone-numbers', undefined, signal),
    refetchInterval: ({ state }) => (state.data?.numbers.some((each) => each.state !== 'ready') ? 5_000 : false),
  })
}

/** The trunks, and how each of them is now. */
export function useLines() {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: LINES, queryFn: ({ signal }) => live.rest<PhoneLines>('GET', 'phone-lines', undefined, signal), enabled: online, refetchInterval: 5_000 })
}

export function useLinesChanged() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: LINES })
}

/** Reads account and numbers anew, or puts in what the server answered. */
export function usePhoneChanged() {
  const queries = useQueryClient()
  return (setting?: PhoneSetting) => {
    if (setting) queries.setQueryData(ACCOUNT, setting)
    else void queries.invalidateQueries({ queryKey: ACCOUNT })
    return queries.invalidateQueries({ queryKey: NUMBERS })
  }
}

/** Writes amounts as the language does: prices of a call have more digits than those of a shop. */
export function useMoney() {
  const { locale } = useWords()
  return ({ amount, currency }: Price) => {
    const digits = Math.max(2, (amount.split('.')[1] ?? '').length)
    return new Intl.NumberFormat(locale, { style: 'currency', currency, minimumFractionDigits: 2, maximumFractionDigits: Math.min(digits, 6) }).format(Number(amount))
  }
}

/** Names of countries in the language, in its order. */
export function useCountries(codes: readonly string[]) {
  const { locale } = useWords()
  return useMemo(() => {
    const names = new Intl.DisplayNames([locale], { type: 'region' })
    return codes.map((code) => ({ value: code, label: names.of(code) ?? code })).sort((one, other) => one.label.localeCompare(other.label, locale))
  }, [codes, locale])
}

/** What an incoming call does, as one word of a list: groups by their id. */
export const ringsOf = (number: Pick<PhoneNumber, 'rings' | 'group'>) => (number.rings === 'group' ? String(number.group) : number.rings)
export const asRings = (chosen: string) => (/^\d+$/.test(chosen) ? { rings: 'group', group: Number(chosen) } : { rings: chosen, group: null })

/** ITU-T E.164: codes of countries have one digit, two, or else three. */
const CODE = /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d+)$/

/** A number as it can be read: `+48 221 230 001`. Countries have ways of their own to group digits; by three everybody can read. */
export function spaced(number: string): string {
  const [, code, rest] = CODE.exec(number) ?? []
  if (!code || !rest) return number
  const groups = rest.match(/\d{1,3}/g)!
  if (groups.length > 1 && groups.at(-1)!.length === 1) groups.splice(-2, 2, groups.at(-2)! + groups.at(-1)!)
  return `+${code}\u00a0${groups.join('\u00a0')}`
}
