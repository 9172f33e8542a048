import type { Letter } from '../shared/outbox'
import type { Attachment, Quote } from '../shared/types'

/** What the visitor wrote, on its way to the server. */
export type Outgoing = Letter & { text: string; conversation?: number; attachments: Attachment[]; reply_to?: Answered }

/** What is answered, and in which conversation it stands. */
export type Answered = Quote & { conversation: number }
