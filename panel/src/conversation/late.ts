import { SignOutQuestion } from '../frame/late'
import { area } from '../words/words'

// What comes behind the talk: one came to read it, and all else waits until it is painted.

// What is done with the conversation first: its keys must not wait for what stands beside it.
const afterDecide = async () => (await import('./decide'), import('../person/side'))

export const Decide = area(() => import('./decide'), 'inbox', 'refusals')
export const Side = area(afterDecide, 'people', 'segments', 'deals', 'enrichment', 'refusals', 'beside')
export const SizeChoice = area(() => import('./size-choice'), 'people', 'modals')
export const FormMenu = area(() => import('./form-menu'))
export const MacroMenu = area(() => import('./macro-menu'), 'answers', 'refusals')
export const Colleagues = area(() => import('./colleagues'), 'answers')
export const MessageActs = area(() => import('./message-acts'), 'answers', 'refusals')
export const Letters = area(() => import('./letters'), 'letters')

/** Fetches all of them while nobody waits: the first conversation that is opened is as quick as the next. */
export function fetchLate(): void {
  for (const part of [Decide, Side, SizeChoice, FormMenu, MacroMenu, Colleagues, MessageActs, Letters, SignOutQuestion]) part.ahead()
}
