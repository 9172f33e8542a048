import type { Letter } from '../shared/outbox'
import type { Attachment } from '../shared/types'

/** What the visitor wrote, on its way to the server. */
export type Outgoing = Letter & { text: string; conversation?: number; attachments: Attachment[] }
