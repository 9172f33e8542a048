import type { Contact } from '../people/types'

export type Someone = { id: number; name: string; email: string | null }
export type Reason = 'email' | 'phone_number' | 'name'
export type Group = { reason: Reason; contacts: Someone[] }
export type Groups = { groups: Group[]; cursor: string | null }

/** The contact as it would be, and by what else it would be found. */
export type Preview = { contact: Contact; values: Record<string, unknown>; also: string[] }
