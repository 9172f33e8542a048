import type { Erasure } from '../live/api-types'
import { save } from '../live/transfer'
import type { Key, T } from '../words/words'

/** The proof that somebody was erased: it says how much there was, and names nobody. */
export type { Erasure }

/** Hands out a proof as it was sealed. */
export function saveProof(proof: Erasure): void {
  save(new Blob([JSON.stringify(proof, null, 2)], { type: 'application/json' }), `erasure-${proof.id}.json`)
}

/** What kinds of things are kept, in the order in which they are told. */
const KINDS: Record<string, Key> = {
  contacts: 'kept.contacts', conversations: 'kept.conversations', messages: 'kept.messages', notes: 'kept.notes', attachments: 'kept.attachments',
  pages: 'kept.pages', events: 'kept.events', history: 'kept.history', consents: 'kept.consents', browsers: 'kept.browsers',
  imports: 'kept.imports', 'merged contacts': 'kept.merged', jobs: 'kept.jobs',
}

/** Names and numbers; a kind that has no word here yet is told by its own. */
export function told(counts: Record<string, number>, t: T): [name: string, count: number][] {
  const order = Object.keys(KINDS)
  const place = (kind: string) => (order.includes(kind) ? order.indexOf(kind) : order.length)
  return Object.entries(counts).filter(([, count]) => count > 0).sort(([one], [other]) => place(one) - place(other))
    .map(([kind, count]) => [KINDS[kind] ? t(KINDS[kind]) : kind, count])
}
