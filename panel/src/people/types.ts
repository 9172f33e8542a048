import type { ContactDetail, Instant } from '@shared/types'

export type ValueType = 'string' | 'integer' | 'float' | 'boolean' | 'date' | 'datetime' | 'fixed' | 'json'

/** What may be known of a contact. A standard one has the id 0. */
export type Attribute = {
  id: number
  name: string
  std: string
  type: ValueType
  choices: string[]
  multiple: boolean
  writable: boolean
}

/** A tag, a list or the name of an event. */
export type Named = { id: number; name: string; description: string }
export type Counted = Named & { count: number; companies?: number; segments?: number[]; merging?: number | null }

/** A contact as our API tells of it: without presence, with its own attributes. */
export type Contact = Omit<ContactDetail, 'online'> & { attributes: Record<string, unknown>; page_views: number }
export type ContactPage = { contacts: Contact[]; cursor: string | null }
export type Source = { by: string; at: Instant }
/** Whether a contact can be enriched, and what came of it the last time. */
export type Enriched = { offered: boolean; status: string | null; by: string | null; at: Instant | null }
export type Profile = { contact: Contact; values: Record<string, unknown>; sources: Record<string, Source>; enriched: Enriched }

export type Entry = { kind: string; id: number; at: Instant; data: Record<string, unknown> }
export type TimelinePage = { entries: Entry[]; cursor: string | null }
