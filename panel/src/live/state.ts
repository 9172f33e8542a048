import type { Stream } from '@shared/stream'
import type { AgentFace, AgentGroup, AgentSession, Author, Call, Conversation, Counts, Message, MessageButton, MessageSize, Note, WireError } from '@shared/types'

import type { Counted, InboxView } from './saved-views'

export type Phase = 'starting' | 'online' | 'offline'

/** A file on its way: chosen by the agent, not yet (or already) with the server. */
export type OutgoingFile = { name: string; type: string; size: number; blob: Blob; id?: number }

/** What an agent decides about a conversation; without a network it waits in its place between the messages. */
export type Deed = 'close' | 'reopen' | 'pending' | 'snooze' | 'assign' | 'group' | 'priority' | 'label' | 'unlabel'

/** How urgent something is, from 1: as deeds say it. */
export const RANKS = ['low', 'normal', 'high', 'urgent'] as const

/** What the agent sent and the stream does not show yet. */
export type Outgoing = {
  client_id: string
  /** Whose it is: another person who signs in at this browser must not send it. */
  owner: string
  conversation: number
  kind: 'message' | 'note' | Deed
  text: string
  files: OutgoingFile[]
  /** A form that the other side is asked to fill in. */
  form?: number
  /** The message that it answers. */
  reply_to?: number
  /** Of whom or what a deed makes it: an agent, a group, a label, a rank, the time to wake up; null for none. */
  to?: number | null
  /** How a message shows itself; `picture` says that its first picture is shown large. */
  size?: MessageSize
  buttons?: MessageButton[]
  picture?: boolean
  /** The agents whom a note names. */
  mentions?: number[]
  at: string
  state: 'waiting' | 'failed' | 'sent'
  error?: WireError
}

export type Typing = { kind: Author['kind']; id: number; name: string; until: number; text?: string }

/** Everything that the panel knows about the moving world. Replaced, never changed in place. */
export type State = {
  phase: Phase
  /** False until this page has heard from the server; what is shown before is the last picture kept. */
  fresh: boolean
  session: AgentSession | null
  agents: readonly AgentFace[]
  /** The groups of agents, by name. */
  groups: readonly AgentGroup[]
  counts: Counts
  /** Saved views, those one may see; null until they are known. */
  views: readonly InboxView[] | null
  viewCounts: Readonly<Record<number, Counted>>
  conversations: Readonly<Record<number, Conversation>>
  messages: Readonly<Record<number, Stream<Message>>>
  notes: Readonly<Record<number, Stream<Note>>>
  typing: Readonly<Record<number, Typing>>
  outbox: readonly Outgoing[]
  /** The calls that this agent heard of, the last one first; those that are over too. */
  calls: readonly Call[]
  /** Conversations whose first page is on its way. */
  opening: Readonly<Record<number, true>>
}

export const start: State = {
  phase: 'starting', fresh: false, session: null, agents: [], groups: [], counts: { open: 0, mine: 0, unassigned: 0, closed: 0, groups: {}, pending: 0, snoozed: 0 }, views: null, viewCounts: {},
  conversations: {}, messages: {}, notes: {}, typing: {}, outbox: [], calls: [], opening: {},
}

export const without = <T>(record: Readonly<Record<number, T>>, key: number): Record<number, T> => {
  const { [key]: _, ...rest } = record
  return rest
}
