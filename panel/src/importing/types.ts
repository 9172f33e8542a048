import type * as Api from '../live/api-types'
import type { ValueType } from '../people/types'

/** An import as the API tells of it; people have no attributes of money, so none of its columns is of that type. */
export type Column = Omit<Api.MappingColumn, 'type'> & { type: ValueType | null }
export type Import = Omit<Api.Import, 'columns'> & { columns: Column[] }
export type State = Import['state']
export type Match = Import['match']

/** What somebody chose for a column: an attribute that is there, a new one, or none. */
export type Choice = { to: 'leave' } | { to: 'known'; std: string } | { to: 'new'; name: string; type: ValueType }
