import type * as Api from '../live/api-types'

/** What the values of an attribute of one's own can be. */
export type ValueType = Api.NewAttribute['type']

/** What may be known of a contact or a company; money is of deals. A standard one has the id 0. */
export type Attribute = Omit<Api.Attribute, 'type'> & { type: ValueType }

/** A tag, a list or the name of an event. */
export type Named = { id: number; name: string; description: string }
export type Counted = Named & { count: number; companies?: number; segments?: number[]; merging?: number | null }

/** A contact as our API tells of it: without presence, with its own attributes. */
export type Contact = Api.ContactDetail
export type ContactPage = Api.FoundContacts
export type { Enriched, Entry, Profile, Source, Timeline as TimelinePage } from '../live/api-types'
