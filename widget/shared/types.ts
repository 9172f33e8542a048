import type { DueModal, ShownModal } from './modal/types'
import type { FilledForm, PopupRules, ShownForm, TakenForm } from './form/types'

/** What travels between the server and its two faces. The server's own description is docs/protocol.md. */

export type ErrorCode =
  | 'invalid_payload' | 'unknown_command' | 'text_empty' | 'text_too_long' | 'client_id_reused' | 'not_found'
  | 'forbidden' | 'conflict' | 'taken' | 'rate_limited' | 'unavailable' | 'internal' | 'attachment_too_large'
  | 'attachment_type_refused' | 'attachment_missing' | 'unknown_application' | 'origin_refused'
  | 'identity_invalid' | 'identity_expired' | 'token_invalid' | 'token_expired' | 'wrong_sign_in'
  | 'changed' | 'call_reused' | 'call_under_way' | 'answer_lost' | 'form_invalid'
  | 'call_over' | 'call_busy' | 'carrier_refused' | 'carrier_down'

/** What a sentence in another language needs: a `reason` that narrows the code, and the names and numbers in it. */
export type ErrorDetails = { reason?: string } & Record<string, string | number>
/** `retry_after`: seconds after which what was over a limit is taken. */
export type WireError = { code: ErrorCode | (string & {}); message: string; retryable: boolean; retry_after?: number; details?: ErrorDetails }
export type Ok<T = object> = { ok: true } & T
export type Ack<T = object> = Ok<T> | { ok: false; error: WireError }

/** RFC 3339 in UTC with milliseconds. */
export type Instant = string

export type AuthorKind = 'contact' | 'agent' | 'automation' | 'system'
export type Author = { kind: AuthorKind; id: number; name: string }

export type Attachment = {
  id: number
  name: string
  size: number
  type: string
  url: string
  thumbnail?: string | null
  width?: number | null
  height?: number | null
}

export type MessageKind = 'text' | 'edit' | 'delete' | 'event'
export type MessageSize = 'full' | 'bubble' | 'popup'

/** It leads to `url`, or sends `reply` as an answer. */
export type MessageButton = { label: string; url: string; reply: string }

/** The message that another one answers, with its first words. */
export type Quote = { id: number; position: number; author: Author; text: string; deleted?: boolean }

export type Message = {
  /** Of a record of the kind `edit` or `delete`: the message that it changes; `text` is what that one says now. */
  of?: number
  /** When it was changed last. */
  edited?: Instant
  /** It was taken back. */
  deleted?: boolean
  reply_to?: Quote
  id: number
  conversation: number
  position: number
  client_id: string | null
  kind: MessageKind
  /** Of the kind `event` this is what happened: "closed" or "reopened". */
  text: string
  attachments: Attachment[]
  size?: MessageSize
  /** A form to fill in. */
  form?: number
  buttons?: MessageButton[]
  /** The one of its attachments that a pop-up shows large. */
  picture?: number
  author: Author
  at: Instant
}

/** Only agents see notes; they have positions of their own. */
export type Note = {
  id: number
  conversation: number
  position: number
  client_id: string | null
  text: string
  author: Author
  at: Instant
  /** The agents whom it names. */
  mentions?: number[]
  /** A record that changes the note `of`: `text` is what that one says now. */
  kind?: 'edit' | 'delete'
  of?: number
  edited?: Instant
  deleted?: boolean
}

export type Status = 'open' | 'pending' | 'snoozed' | 'closed'
export type Priority = 'low' | 'normal' | 'high' | 'urgent'
export type Sides = { contact: number; agent: number }

export type SlaKind = 'first' | 'next' | 'resolution'

export type Conversation = {
  id: number
  status: Status
  assignee: { id: number; name: string } | null
  contact: { id: number; name: string; email: string | null; online?: boolean; segments?: number[] }
  /** Of the last message in the stream. */
  position: number
  /** The furthest position that each side has read, and has received. */
  read: Sides
  delivered: Sides
  /** For the side that asks. */
  unread: number
  last: { text: string; kind: MessageKind; author: Author; at: Instant } | null
  revision: number
  created_at: Instant
  updated_at: Instant
  /** Agents only: the last position of the notes. */
  notes?: number
  /** Agents only: the group of agents that it is for. */
  group?: number | null
  /** Agents only, the four below. When it opens by itself, and since when the contact waits for an answer. */
  priority?: Priority | null
  labels?: number[]
  snoozed_until?: Instant | null
  waiting_since?: Instant | null
  channel?: 'chat' | 'email' | 'sms'
  /** What was promised: which kind is due next, when, and when that is near; `left` milliseconds while no time passes. */
  sla?: { policy: number; kind: SlaKind | null; due: Instant | null; warn: Instant | null; left: number | null; broken: SlaKind[] } | null
  /** Where the contact was asked how the conversation was, since it was closed last. */
  rating?: Rating
  /** Agents only: conversations that became parts of this one, and the one that this became a part of. */
  merged?: { conversation: number; by: Author; at: Instant; position: number; notes: number }[]
  merged_into?: number
}

/** What was asked about a closed conversation; the score is from 1 (very bad) to 5 (very good), null without an answer. */
export type Rating = { id: number; asked: Instant; score: number | null; comment: string; answered: Instant | null }

/** Whether an agent takes conversations; why: said by hand, by weekly hours, or nobody touches the panel. */
export type AgentState = 'available' | 'busy' | 'away'
/** `state` for agents only: visitors just see who is there. */
export type AgentFace = { id: number; name: string; online: boolean; state?: AgentState }
export type AttachmentLimits = { max_size: number; types: string[] }

export type VisitorSession = {
  user_key: string
  visitor_token: string
  contact: { id: number; name: string; email: string | null }
  application: {
    name: string
    locale: string
    online: boolean
    agents: AgentFace[]
    attachments: AttachmentLimits
    /** For how many minutes visitors change and delete what they said. */
    edit_minutes: number
    /** The keys of those widgets with conditions that this visitor fulfils; absent where no widget has any. */
    widgets?: string[]
    /** Forms that show themselves; absent where there are none. */
    popups?: { form: number; rules: PopupRules }[]
    /** Whether there are modals that may show themselves; absent where there are none. */
    modals?: boolean
    /** The key to subscribe to push messages with; absent where the application does not offer them. */
    push?: string
    /** Agents see what is being written. */
    /** Visitors may take their conversation along. */
    transcripts?: boolean
    preview?: true
  }
  /** Newest first. */
  conversations: Conversation[]
  /** Those that ring or go on now; absent where the visitor may not call. */
  calls?: Call[]
  /** The call button stands beside the closed chat, too. */
  call_button?: true
}

/** `groups`: the open ones of each group. */
export type Counts = { open: number; mine: number; unassigned: number; closed: number; groups: Record<number, number>; pending: number; snoozed: number }

/** `agents`: the ids of its members. */
export type AgentGroup = { id: number; name: string; agents: number[] }

export type AgentSession = {
  agent: { id: number; name: string; email: string }
  application: {
    id: number
    name: string
    /** The widget key. */
    key: string
    locale: string
    origins: string[]
    attachments: AttachmentLimits
    /** When it is to be deleted, and by whose order; null where it stays. */
    deletion: { at: Instant; ordered: Instant; by: string } | null
  }
  /** What the agent may do: names like `conversations.reply`. */
  permissions: string[]
  agents: AgentFace[]
  groups: AgentGroup[]
  counts: Counts
  /** Those that ring this agent's devices, or that the agent is in; absent where no calls are taken. */
  calls?: Call[]
  /** Calls can go to phones. */
  phones?: boolean
}

export type PageView = { url: string; title: string; referrer: string }
/** `utm`: the campaign that its address named, and click ids. */
export type Page = PageView & { contact: number; at: Instant; utm?: Record<string, string> }

export type ContactDetail = {
  id: number
  key: string
  name: string
  email: string | null
  phone_number: string | null
  online: boolean
  /** Null for whoever was never on the website. */
  first_seen: Instant | null
  last_seen: Instant | null
  browser: string | null
  os: string | null
  device: string | null
  language: string | null
  time_zone: string | null
  country: string | null
  city: string | null
  /** Where they are now. */
  page: (PageView & { at: Instant }) | null
  custom_id: string | null
  first_name: string | null
  last_name: string | null
  tags: string[]
  lists: number[]
  segments: number[]
  companies: number[]
  score: number
  group: number | null
  created: Instant
  updated: Instant
}

/** Something done to many contacts; `progress` goes from 0 to 1. */
export type Operation = {
  id: number
  what: string
  kind: 'tag' | 'list' | 'attribute'
  name: string
  adds: boolean
  value: unknown
  status: 'running' | 'done' | 'cancelled' | 'undoing' | 'undone'
  progress: number
  changed: number
  by: string
  at: Instant
}

/** Something done with many conversations; `progress` goes from 0 to 1. */
export type InboxOperation = {
  id: number
  deed: string
  to: number | null
  status: 'running' | 'done' | 'cancelled' | 'undoing' | 'undone'
  progress: number
  changed: number
  by: string
  at: Instant
}

export type CallSide = 'contact' | 'agent'
export type CallDeed = { at: Instant; what: string; by: Author | null; to: string | null }
export type Call = {
  id: number
  conversation: number | null
  /** Agents only, as are `rings` (whose devices ring now) and `history`. */
  contact: { id: number; name: string; email: string | null } | null
  /** `in`: the contact called; `out`: an agent did. */
  direction: 'in' | 'out'
  media: 'audio' | 'video'
  /** Whom a device makes its offers to: the other device, or a media worker. */
  route: 'peer' | 'server'
  /** `message`: nobody answered, and the contact speaks onto a tape. */
  state: 'ringing' | 'talking' | 'message' | 'ended'
  reason: 'hung_up' | 'cancelled' | 'declined' | 'unanswered' | 'nobody' | 'lost' | 'message' | null
  by: Author
  agent: Author | null
  /** The device of each side that takes part. */
  legs: Partial<Record<CallSide, string>>
  held: CallSide[]
  muted: CallSide[]
  began: Instant
  answered: Instant | null
  ended: Instant | null
  seconds: number
  revision: number
  /** Grows when devices have to make new offers: the route changed, or a media worker is gone. */
  via: number
  /** Whether it is recorded now, or the recording pauses. */
  recording: 'on' | 'paused' | null
  /** The contact is on a telephone, and not in a browser. */
  phone: boolean
  rings: number[]
  history: CallDeed[]
  /** Agents only: the colleague who is asked beside the call; it rings theirs as long as there is no leg. */
  consult: { id: number; name: string; leg: string | null } | null
  /** Agents only: what came out of it. */
  wrap_up?: { code: string | null; note: string; by: Author; at: Instant } | null
}

/** A server as `RTCPeerConnection` takes it. */
export type IceServer = { urls: string[]; username?: string; credential?: string }

/** What a device says to the other one: `to` is the leg that it is for. */
export type CallSignal = {
  call: number
  to: string
  leg: string
  sdp?: string
  restart?: boolean
  candidate?: RTCIceCandidateInit
}

export type StreamPosition = { position: number; notes?: number }
export type Resumed =
  | { conversation: Conversation; messages: Message[]; position: number; notes?: Note[]; reload?: undefined }
  | { reload: true }

/** What a command takes and what its ack brings. */
export type Commands = {
  'message.send': [
    {
      client_id: string; text: string; conversation?: number; attachments?: number[]; form?: number; reply_to?: number
      size?: MessageSize; buttons?: MessageButton[]; picture?: number
      /** The automatic message that it answers. */
      answers?: number
    },
    { message: Message },
  ]
  'message.edit': [{ conversation: number; message: number; text: string }, { message: Message }]
  'message.delete': [{ conversation: number; message: number }, { message: Message }]
  'conversation.open': [
    { conversation: number; after?: number; limit?: number },
    { conversation: Conversation; messages: Message[]; position: number; notes?: Note[] },
  ]
  'conversation.list': [
    { status?: Status; assignee?: 'me' | 'none' | number; group?: 'mine' | 'none' | number; cursor?: string },
    { conversations: Conversation[]; cursor: string | null; counts: Counts },
  ]
  'conversation.read': [{ conversation: number; position: number }, object]
  'conversation.delivered': [{ conversation: number; position: number }, object]
  'conversation.assign': [{ conversation: number; agent: number | null }, { conversation: Conversation }]
  'conversation.group': [{ conversation: number; group: number | null }, { conversation: Conversation }]
  'conversation.close': [{ conversation: number }, { conversation: Conversation }]
  'conversation.reopen': [{ conversation: number }, { conversation: Conversation }]
  'conversation.pending': [{ conversation: number }, { conversation: Conversation }]
  /** `until` in UTC milliseconds. */
  'conversation.snooze': [{ conversation: number; until: number }, { conversation: Conversation }]
  'conversation.priority': [{ conversation: number; priority: Priority | null }, { conversation: Conversation }]
  'conversation.view': [{ view: number; cursor?: string }, { conversations: Conversation[]; cursor: string | null; counts: Counts }]
  'conversation.label': [{ conversation: number; add?: number[]; remove?: number[] }, { conversation: Conversation }]
  'note.add': [{ client_id: string; conversation: number; text: string; mentions?: number[] }, { note: Note }]
  'note.edit': [{ conversation: number; note: number; text: string; mentions?: number[] }, { note: Note }]
  'note.delete': [{ conversation: number; note: number }, { note: Note }]
  'conversation.look': [{ conversation: number; on: boolean }, object]
  typing: [{ conversation: number; on: boolean; text?: string }, object]
  resume: [{ streams: Record<string, StreamPosition> }, { streams: Record<string, Resumed> }]
  'attachment.start': [{ name: string; size: number; type: string }, { id: number; url: string }]
  page: [PageView, object]
  event: [{ name: string; data?: Record<string, unknown>; at?: number }, object]
  'contact.update': [
    Record<string, unknown> & { attributes?: Record<string, unknown> },
    { contact: { id: number; name: string; email: string | null } },
  ]
  'form.open': [{ form: number; language?: string }, { form: ShownForm }]
  'form.submit': [FilledForm, TakenForm]
  'modal.list': [object, { modals: DueModal[]; first_seen: number }]
  'modal.open': [{ modal: number }, { modal: ShownModal }]
  'modal.tell': [{ modal: number; did: 'seen' | 'clicked' | 'dismissed'; button?: string }, object]
  'rating.open': [{ conversation: number }, { question: string; questions: Record<string, string>; comment: boolean; rating: Rating | null }]
  'rating.answer': [{ conversation: number; rating: number; score: number; comment?: string }, { rating: Rating }]
  'transcript.link': [{ conversation: number }, { url: string }]
  'transcript.mail': [{ conversation: number }, { to: string }]
  'push.allow': [PushSubscriptionJSON & { user_agent?: string }, object]
  'push.stop': [{ endpoint: string }, object]
  /** Without `to` it rings by the application's rules. */
  'call.start': [
    {
      client_id: string; leg: string; conversation?: number; media?: 'audio' | 'video'
      to?: { kind: 'contact' | 'agent' | 'group' | 'phone'; id?: number | null; number?: string }
    },
    { call: Call; ice: IceServer[] },
  ]
  'call.accept': [{ call: number; leg: string }, { call: Call; ice: IceServer[] }]
  /** A device is still in its call, after it was away for a moment. */
  'call.rejoin': [{ call: number; leg: string; here?: boolean }, { call: Call; ice: IceServer[] }]
  /** Agents only: record from now on, pause, or end the recording. */
  'call.record': [{ call: number; state: 'on' | 'paused' | 'off' }, { call: Call }]
  /** Supervisors only: listen to a call of others on a device, offering to the server. */
  'call.listen': [{ call: number; leg: string }, { call: Call; ice: IceServer[] }]
  'call.leave': [{ call: number }, { call: Call }]
  'call.decline': [{ call: number }, { call: Call }]
  'call.hangup': [{ call: number }, { call: Call }]
  'call.hold': [{ call: number }, { call: Call }]
  'call.resume': [{ call: number }, { call: Call }]
  'call.mute': [{ call: number; on: boolean }, { call: Call }]
  /** Ask a colleague while the contact waits; null goes back. */
  'call.consult': [{ call: number; agent: number | null }, { call: Call }]
  'call.transfer': [{ call: number; agent: number; consulted?: boolean }, { call: Call }]
  'call.offer': [{ call: number; leg: string; sdp: string; restart?: boolean }, object]
  'call.answer': [{ call: number; leg: string; sdp: string }, object]
  'call.candidate': [{ call: number; leg: string; candidate: RTCIceCandidateInit }, object]
  'contact.open': [{ contact: number }, { contact: ContactDetail; pages: Page[]; conversations: Conversation[] }]
  'contact.watch': [{ contacts: number[] }, object]
}

/** What a contact answered to a form. */
export type FormSubmission = {
  id: number
  form: number
  name: string
  contact: number
  who: string
  status: 'done' | 'asked' | 'confirmed'
  answers: { key: string; label: string; value: string }[]
  page: string
  at: Instant
}

/** What the server says by itself. */
/** A deal, an activity, a note or a ticket. */
export type CrmRecord = { id: number } & Record<string, unknown>

/** A letter to somebody who is away: which messages it tells of, by which channel, and what became of it. */
export type ChatDelivery = {
  id: number
  conversation: number
  contact: number
  name: string
  to: { kind: 'contact' | 'agent'; id: number }
  channel: string
  reason: string
  after: number
  through: number
  state: 'waiting' | 'sent' | 'delivered' | 'refused' | 'failed' | 'withdrawn' | 'unreachable'
  why: string
  said: string
  tries: number
  created: string
  updated: string
  seen: string | null
  clicked: string | null
}

export type Events = {
  session: VisitorSession | AgentSession
  message: Message
  note: Note
  receipt: { conversation: number; by: { kind: AuthorKind; id: number }; delivered?: number; read?: number }
  delivery: ChatDelivery
  /** A colleague looks at a conversation, or left it. */
  looking: { conversation: number; by: Author; on: boolean }
  typing: { conversation: number; by: Author; on: boolean; text?: string }
  presence: { kind: 'contact' | 'agent'; id: number; online: boolean }
  conversation: Conversation
  page: Page
  contact: ContactDetail
  /** Contacts are part of another one from now on, or were erased (null). */
  replaced: { contacts: number[]; into: number | null }
  /** A form was filled in, or a double opt-in confirmed. */
  form: FormSubmission
  /** A contact entered a segment, or left it. */
  segment: { contact: number; segment: number; inside: boolean }
  pipeline: { pipeline: number }
  /** What happened in the CRM; deals, activities, notes and tickets have the fields of `/openapi.json`. */
  deal: { what: 'created' | 'changed' | 'moved' | 'status' | 'deleted'; deal: CrmRecord; was: number | string | null }
  activity: { what: 'created' | 'changed' | 'done' | 'due' | 'deleted'; activity: CrmRecord }
  'crm.note': { what: 'added' | 'changed' | 'deleted'; note: CrmRecord }
  'product.event': { id: number; contact: number; product: number; event_type: string }
  ticket: { what: 'created' | 'changed' | 'status' | 'deleted'; ticket: CrmRecord; was: string | null }
  /** So many entered or left segments that their sizes are to be asked for. */
  segments: object
  /** A view of the people table changed. */
  views: object
  /** A tag or a list changed. */
  labels: object
  operation: Operation
  /** A label of conversations or a view of the inbox changed. */
  inbox: object
  /** A modal that is shown now. */
  modal: ShownModal
  'inbox.operation': InboxOperation
  /** The groups of agents were changed: these are all of them, by name. */
  groups: { groups: AgentGroup[] }
  /** An agent takes conversations, is busy or away. */
  /** The time in which a conversation was to be answered or solved is nearly over, or over. */
  rating: { conversation: number; rating: Rating; assignee: number | null }
  sla: { conversation: number; kind: SlaKind; what: 'warning' | 'breach'; due: Instant; assignee: number | null; group: number | null }
  availability: { agent: number; state: AgentState; why: 'hand' | 'schedule' | 'idle' }
  /** The application is called or set up otherwise, or its deletion was ordered or taken back. */
  application: { application: AgentSession['application'] }
  /** Whether there are calls in the application, and whether they reach phones. */
  'call.ways': { calls: boolean; phones: boolean }
  /** Something of the application's first hour was done. */
  'first.hour': object
  /** A fault report of the application was made, answered or moved on. */
  fault: { fault: number; state: 'new' | 'accepted' | 'working' | 'waiting' | 'resolved' | 'closed'; reporter: number | null }
  'call.ringing': Call
  'call.accepted': Call
  'call.changed': Call
  'call.ended': Call
  'call.offer': CallSignal
  'call.answer': CallSignal
  'call.candidate': CallSignal
  /** The server is going down: come back after so many milliseconds. */
  drain: { retry_in: number }
}

/** A widget as a page gets it: `GET /look/{key}` answers with all of an application. */
export type Look = {
  key: string
  /** Variables for `.root`, composed by the server of checked values. */
  css?: string
  classes?: string
  texts?: Record<string, Record<string, string>>
  path?: string
  hidden?: boolean
  logo?: string
  selector?: string
  form?: number
  rules?: LookRules
}

export type LookRules = {
  urls?: string[]
  not_on?: string[]
  device?: 'phone' | 'computer'
  delay?: number
  scroll?: number
  /** Whether the team is there, which changes at `turns`. */
  open?: boolean
  turns?: number
  /** Only for whom the session names. */
  asks?: boolean
}
