import type { ContactRef, Duplicates, DuplicatesGroup, MergePreview } from '../live/api-types'

export type { ContactRef as Someone, Duplicates as Groups, DuplicatesGroup as Group }
export type Reason = DuplicatesGroup['reason']

/** The contact as it would be, and by what else it would be found. */
export type Preview = MergePreview
