import { useQuery } from '@tanstack/react-query'
import type { Attachment } from '@shared/types'
import { useFact, useLive } from '../live/context'
import { fold } from '../parts/fold'

export type For = 'me' | 'group' | 'all'
export type Answer = {
  id: number; title: string; text: string; shortcut: string; texts: Partial<Record<'en' | 'pl', string>>
  for: For; group: number | null; attachments: Attachment[]; own: boolean; offered: boolean; by: string; used: number; used_at: string | null
}
export type Priority = 'low' | 'normal' | 'high' | 'urgent'
export type Does = {
  message: string; texts: Partial<Record<'en' | 'pl', string>>; note: string; labels: number[]; priority: Priority | null
  assign: { to: 'me' | 'agent' | 'group' | 'nobody'; id: number | null } | null
  turn: { to: 'closed' | 'snoozed' | 'open'; minutes: number | null } | null
}
export type Macro = { id: number; name: string; does: Does; for: For; group: number | null; own: boolean; offered: boolean; by: string; used: number }
export type Ran = { done: string[]; failed: { step: 'assign' | 'label' | 'priority' | 'note' | 'message' | 'turn'; code: string; message: string } | null }

/** Colleagues change them now and then: what is older is asked for again when somebody looks. */
const OLD = 15_000

export function useAnswers() {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: ['canned'], queryFn: () => live.rest<{ answers: Answer[] }>('GET', 'canned-answers'), enabled: online, staleTime: OLD }).data?.answers
}

export function useMacros() {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({ queryKey: ['macros'], queryFn: () => live.rest<{ macros: Macro[] }>('GET', 'macros'), enabled: online, staleTime: OLD }).data?.macros
}

/** The files of an answer, to go with a message as if they had been chosen by hand: a message keeps copies of its own. */
export const filesOf = (attachments: readonly Attachment[]): Promise<File[]> =>
  Promise.all(attachments.map(async ({ url, name, type }) => {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`${name}: ${response.status}`)
    return new File([await response.blob()], name, { type })
  }))

/** How well something fits what is typed: less is better, Infinity is not at all. */
function distance({ title, shortcut }: Pick<Answer, 'title' | 'shortcut'>, typed: string): number {
  const [name, word] = [fold(title), fold(shortcut)]
  if (word === typed) return 0
  if (word.startsWith(typed)) return 1
  if (typed.split('-').every((part) => name.split(/\s+/).some((one) => one.startsWith(part)))) return 2
  if (word.includes(typed) || name.includes(typed)) return 3
  let at = -1
  return [...typed].every((sign) => (at = name.indexOf(sign, at + 1)) >= 0) ? 4 : Infinity
}

/** The best first; of those that fit as well, what was used last in this browser, then what everybody uses most. */
export function fitting(answers: readonly Answer[], start: string, recent: readonly number[], most = 8): Answer[] {
  const typed = fold(start)
  const place = ({ id }: Answer) => (recent.includes(id) ? recent.indexOf(id) : Infinity)
  return answers
    .filter(({ offered }) => offered)
    .map((answer) => ({ answer, far: distance(answer, typed) }))
    .filter(({ far }) => far < Infinity)
    .sort((a, b) => a.far - b.far || Math.min(place(a.answer), 1e6) - Math.min(place(b.answer), 1e6) || b.answer.used - a.answer.used)
    .slice(0, most)
    .map(({ answer }) => answer)
}

const key = (owner: string) => `panel.answers ${owner}`

export function recentOf(owner: string): number[] {
  try {
    return JSON.parse(localStorage.getItem(key(owner)) ?? '[]') as number[]
  } catch {
    return []
  }
}

export function usedNow(owner: string, id: number): void {
  try {
    localStorage.setItem(key(owner), JSON.stringify([id, ...recentOf(owner).filter((one) => one !== id)].slice(0, 20)))
  } catch {
    // A full store costs the order its memory, nothing else.
  }
}
