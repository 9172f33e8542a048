/** A company and its members as the API tells of them. */
export type { Company, ContactRef as Member } from '../live/api-types'
