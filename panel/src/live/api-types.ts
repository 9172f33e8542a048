// Made by `python server.py openapi --types` from what the server answers. Not to be edited: a test compares it.
/* eslint-disable */

/** An activity. `duration` and `remind_before` are minutes; `overdue` says that it should have been done by now. */
export type Activity = {
  id: number
  name: string
  type: number
  due: string
  duration: number | null
  description: string
  done: boolean
  done_at: string | null
  overdue: boolean
  remind_before: number | null
  assignee: number | null
  contact: Reference | null
  company: Reference | null
  deal: DealReference | null
  custom_id: string | null
  attributes: Record<string, unknown>
  created_by: WrittenBy
  created: string
  updated: string
  revision: number
  conversation: number | null
}

/** What changes of an activity. */
export type ActivityChangeBody = {
  name?: string
  type?: number
  due?: number | string
  duration?: number | null
  description?: string
  done?: boolean
  done_at?: number | string | null
  assignee?: number | null
  contact?: number | null
  contact_custom_id?: string
  company?: number | null
  company_custom_id?: string
  deal?: number | null
  deal_custom_id?: string
  custom_id?: string | null
  remind_before?: number | null
  attributes?: Record<string, unknown>
}

/** How many activities there are. */
export type ActivityCount = {
  count: number
}

/** An activity by your own id: what changes of it, or what it is where there is none yet (then with name and `due`). */
export type ActivityOfYours = {
  name?: string
  type?: number
  due?: number | string
  duration?: number | null
  description?: string
  done?: boolean
  done_at?: number | string | null
  assignee?: number | null
  contact?: number | null
  contact_custom_id?: string
  company?: number | null
  company_custom_id?: string
  deal?: number | null
  deal_custom_id?: string
  custom_id: string
  remind_before?: number | null
  attributes?: Record<string, unknown>
}

/** A type of activities. */
export type ActivityType = {
  id: number
  name: string
  symbol: string
}

/** What changes of a type. */
export type ActivityTypeChangeBody = {
  name?: string
  symbol?: string
}

/** All types, in the order in which they were made. */
export type ActivityTypes = {
  types: ActivityType[]
}

/** An agent's state. */
export type AgentAvailability = {
  agent: number
  state: 'available' | 'away' | 'busy'
  why: 'hand' | 'idle' | 'schedule'
}

/** How many open conversations one agent gets at most. */
export type AgentCapacity = {
  agent: number
  most: number
}

/** What changes of an agent; what is absent stays as it is. */
export type AgentChangeBody = {
  name?: string
  role?: string
}

/** A half-written reply or note; `written` is when, in milliseconds since 1970. */
export type AgentDraft = {
  conversation: number
  kind: 'message' | 'note'
  text: string
  written: number
}

/** All drafts of an agent. */
export type AgentDrafts = {
  drafts: AgentDraft[]
}

/** An agent, as it sees itself. */
export type AgentProfile = {
  id: number
  name: string
  email: string
  role: string
}

/** Contacts of a segment belong to an agent, whatever the method; where the agent is not free the method decides. */
export type AgentRoute = {
  segment: number
  agent: number
}

/** The groups that have hours of their own. */
export type AllGroupHours = {
  groups: GroupHours[]
}

/** Contacts of whom each is somebody else than the others; with `apart` false that is taken back. */
export type Apart = {
  contacts: number[]
  apart?: boolean
}

/** A key as owners see it: `tail` is its end; `scopes` null for everything; `used` to the minute, null for never. */
export type ApiKey = {
  id: number
  name: string
  kind: 'mobile' | 'rest'
  tail: string
  scopes: string[] | null
  created: string
  by: string
  expires: string | null
  used: string | null
}

/** All keys of the application, the newest first, and what a key can be allowed. */
export type ApiKeys = {
  keys: ApiKey[]
  scopes: string[]
}

/** What changes of an application; what is absent stays as it is. */
export type ApplicationChange = {
  name?: string
  locale?: 'en' | 'pl'
  zone?: string
  website?: string
  origins?: string[]
  attachment_limit?: number
  attachment_types?: string[]
}

/** An application as its owners see it.
 * secret            the end of the identity secret: the whole one is shown when it is made
 * attachment_most   the bytes that a file may have in this installation
 * deletion_days     days between the order to delete it and its end */
export type ApplicationProfile = {
  id: number
  name: string
  locale: string
  zone: string
  website: string
  key: string
  secret: string
  origins: string[]
  attachment_limit: number
  attachment_most: number
  attachment_types: string[]
  created: string
  deletion_days: number
  deletion: Deletion | null
}

/** The applications that a person may sign in to: the call is made again with the `id` of one of them. */
export type Applications = {
  applications: SignInChoice[]
}

/** Who takes charge; null for nobody. */
export type AssignConversationBody = {
  agent: number | null
}

/** The agent in charge. */
export type Assignee = {
  id: number
  name: string
}

/** A file of a message; its addresses are signed and expire. */
export type Attachment = {
  id: number
  name: string
  size: number
  type: string
  url: string
  thumbnail: string | null
  width: number | null
  height: number | null
}

/** One try: the status and the beginning of the answer, or the error where there was none; `ms` is how long it took. */
export type Attempt = {
  at: string
  status: number | null
  ms: number
  answer: string
  error: string | null
}

/** Something that may be known of a subject. A standard one has the id 0.
 * path       the field of the document
 * writable   whether somebody may set it; the others follow from what happens
 * longest    most characters of a text */
export type Attribute = {
  id: number
  subject: 'activity' | 'company' | 'contact' | 'deal' | 'product' | 'ticket'
  name: string
  std: string
  type: 'boolean' | 'date' | 'datetime' | 'fixed' | 'float' | 'integer' | 'json' | 'string' | 'decimal'
  path: string
  choices: string[]
  multiple: boolean
  writable: boolean
  longest: number
}

/** What changes of an attribute; its type and its `name_std` never do, for values and clients rest on them. */
export type AttributeChangeBody = {
  name?: string
  choices?: string[]
  description?: string
}

/** What became of one document; values of secrets are never told. */
export type AuditChange = {
  what: string
  id: number
  how: string
  before: Record<string, unknown>
  after: Record<string, unknown>
}

/** Rows, the newest first, and a cursor for the older ones. */
export type AuditPage = {
  rows: AuditRow[]
  cursor: string | null
}

/** Something that was done: by an agent, an API key or the system, under the name that they had then. */
export type AuditRow = {
  id: number
  at: string
  by: string
  name: string
  verb: string
  area: string
  address: string
  changes: AuditChange[]
}

/** For how many days the log is kept. */
export type AuditRule = {
  days: number
}

/** Who wrote it, with the name at that time. */
export type Author = {
  kind: 'agent' | 'automation' | 'contact' | 'system'
  id: number
  name: string
}

/** The states of all agents. */
export type Availabilities = {
  agents: AgentAvailability[]
}

/** How an agent's state changes by itself.
 * scheduled  available in the hours of `week` and away outside of them; what is said by hand counts until the next edge
 * zone       an IANA time zone
 * idle       minutes without a touch of the panel after which the agent is away; null for never */
export type AvailabilityRules = {
  scheduled?: boolean
  zone?: string
  week?: Stretch[]
  idle?: number | null
}

/** The rule, and the seconds that the installation takes where it says none. */
export type Away = {
  mail: boolean
  push: boolean
  both: boolean
  delay: number | null
  earlier: number
  usual: number
}

/** By which channels they are told, after how many seconds (null takes the installation's), and with what.
 * `both` sends a mail also to whom a push message has reached; `earlier` is how many messages from before are repeated
 * below a mail. */
export type AwayRule = {
  mail?: boolean
  push?: boolean
  both?: boolean
  delay?: number | null
  earlier?: number
}

/** A text in both languages; an empty one is not said. */
export type AwayText = {
  on: boolean
  en: string
  pl: string
}

/** A part of a modal.
 * kind   heading; text (`**bold**`, `[words](https://…)`); image; button; form
 * text   the words; of an image what it shows, of a button its label
 * file   of an image: an uploaded attachment, else `url`, an address that begins with https
 * act    of a button: follow `url`, open the chat, close, or send `reply` as the visitor's message
 * form   of a form: its id */
export type Block = {
  kind: 'button' | 'form' | 'heading' | 'image' | 'text'
  text: Record<string, string>
  file: number | null
  url: string
  act: 'chat' | 'close' | 'link' | 'reply'
  reply: Record<string, string>
  form: number | null
}

/** The stages of a pipeline, in order. */
export type Board = {
  pipeline: number
  columns: BoardColumn[]
}

/** A stage on the board; with a cursor there are more deals (`GET deals?stage=…&status=…&cursor=…`). */
export type BoardColumn = {
  stage: Stage
  totals: StageTotals
  deals: Deal[]
  cursor: string | null
}

/** A PushSubscription as the browser writes it as JSON, and its User-Agent. */
export type Browser = {
  endpoint: string
  keys: BrowserKeys
  expirationTime?: number | null
  user_agent?: string
}

/** The keys that messages to a browser are encrypted with, as base64url. */
export type BrowserKeys = {
  p256dh: string
  auth: string
}

/** An offer as the search gave it, and what an incoming call is to do. */
export type BuyNumber = {
  offer: string
  name?: string
  rings?: 'everyone' | 'group' | 'voicemail'
  group?: number | null
}

/** A call as both sides see it.
 * direction  `in`: the contact called, `out`: an agent did
 * contact    agents alone see it, as with `rings` (the agents whose devices ring now), `history` and `wrap_up`
 * agent      who talks, or talked; null until somebody answers
 * route      whom a device makes its offers to: `peer`, the other device; `server`, a media worker
 * via        grows when devices have to make new offers, because the route changed or a media worker is gone
 * phone      the contact is on a telephone, and not in a browser
 * recording  whether the call is recorded now, or was told to pause; null where it is not
 * legs       the device of each side that takes part
 * held       the sides that hold the call; muted: those who can't be heard by their own choice
 * seconds    how long they talked */
export type Call = {
  id: number
  conversation: number | null
  contact: ContactRef | null
  direction: 'in' | 'out'
  media: 'audio' | 'video'
  route: 'peer' | 'server'
  state: 'ended' | 'message' | 'ringing' | 'talking'
  reason: 'cancelled' | 'declined' | 'hung_up' | 'lost' | 'message' | 'nobody' | 'unanswered' | null
  by: Author
  agent: Author | null
  legs: Record<string, string>
  held: ('agent' | 'contact')[]
  muted: ('agent' | 'contact')[]
  began: string
  answered: string | null
  ended: string | null
  seconds: number
  revision: number
  via: number
  recording: 'on' | 'paused' | null
  phone: boolean
  rings: number[]
  history: CallDeed[]
  consult: Consulted | null
  wrap_up: WrappedUp | null
}

/** Something that happened in a call. */
export type CallDeed = {
  at: string
  what: string
  by: Author | null
  to: string | null
}

/** How calls of an application ring.
 * on              whether there are calls at all
 * ring            `all` who are free at once, or `one` after the other
 * assignee_first  whoever has the conversation, for one step before all others
 * step            seconds until it rings others
 * give_up         seconds until nobody answers
 * record          which calls are recorded: `none`, `in` (contacts call), `out` (agents do), `all`; agents can record others
 * announce        whether both hear a sound when recording begins
 * keep_days       for how many days recordings are kept
 * music           whether whoever waits hears music; such a call goes through a media worker from then on
 * message         whether callers whom nobody answers can leave a spoken message
 * launcher        whether the button stands beside the launcher of the closed chat, too
 * hours           contacts can call inside of the opening hours only
 * segment         only contacts in it can call; everybody where it is null
 * codes           what can come out of a call: whoever had it chooses one afterwards */
export type CallRules = {
  on: boolean
  ring: 'all' | 'one'
  assignee_first: boolean
  step: number
  give_up: number
  record: 'all' | 'in' | 'none' | 'out'
  announce: boolean
  keep_days: number
  music: boolean
  message: boolean
  launcher: boolean
  hours: boolean
  segment: number | null
  codes: string[]
}

/** What calls play.
 * kind     `consent` when recording begins, `voicemail` before somebody leaves a message, `hold` to whoever waits
 * own      whether the application brought it; else it is the one that comes along
 * name     of the file that was brought
 * seconds  how long it lasts, where it was brought
 * longest  how many seconds it may last
 * url      where it can be heard: for an hour or two, where it was brought */
export type CallSound = {
  kind: 'consent' | 'hold' | 'voicemail'
  own: boolean
  name: string
  seconds: number | null
  longest: number
  url: string
}

/** What was sent together. */
export type Campaign = {
  id: number
}

/** A canned answer as agents see it. `offered`: it is one's own, one's group's or everybody's; `used`: how often. */
export type CannedAnswer = {
  id: number
  title: string
  text: string
  shortcut: string
  texts: Record<string, string>
  for: 'all' | 'group' | 'me'
  group: number | null
  attachments: Attachment[]
  own: boolean
  offered: boolean
  by: string
  used: number
  used_at: string | null
  updated: string
}

/** What changes of a canned answer; what is absent stays as it is. `for` and `group` go together. */
export type CannedAnswerChangeBody = {
  title?: string
  text?: string
  shortcut?: string
  texts?: Record<string, string>
  whose?: 'all' | 'group' | 'me'
  group?: number | null
  attachments?: number[]
}

/** What somebody may use or change, most used first. */
export type CannedAnswers = {
  answers: CannedAnswer[]
}

/** A table in CSV, with the columns shortcut, title, text, text_en, text_pl and for (me, all); title and text are enough. */
export type CannedTable = {
  csv: string
}

/** How many answers were made of a table, and how many were there already: the same title and text. */
export type CannedTaken = {
  made: number
  known: number
}

/** What to do, with which: those that are named, or all that a view or conditions find.
 * `to` is the agent or the group (null for none), the label, the priority from 1 (low) to 4 (urgent; null for none), or
 * the time until which they sleep in UTC milliseconds. */
export type ChangeConversations = {
  deed: 'assign' | 'close' | 'group' | 'label' | 'pending' | 'priority' | 'reopen' | 'snooze' | 'unlabel'
  to?: number | null
  conversations?: number[] | null
  view?: number | null
  where?: InboxQuestion | null
}

/** What to do: a tag (by its name) or a list (by its id) to give or with `remove` to take, or an attribute to set.
 * For whom: those of a segment or a view, those that conditions and words find, or those whose ids are named. */
export type ChangeMany = {
  tag?: string | null
  list?: number | null
  remove?: boolean
  attribute?: string | null
  value?: unknown
  segment?: number | null
  view?: number | null
  where?: Record<string, unknown> | null
  search?: string
  contacts?: number[] | null
}

/** A page of them, and how many there are. */
export type ChatDeliveries = {
  deliveries: ChatDelivery[]
  cursor: string | null
  count: number
}

/** A letter: which messages it tells of (those behind `after`, up to `through`), by which channel, and what became of it.
 * `name` is the contact's; `why` is a short code and `said` the words of the other side; `seen` and `clicked` are when the
 * person did, where the channel tells. */
export type ChatDelivery = {
  id: number
  conversation: number
  contact: number
  name: string
  to: Recipient
  channel: string
  reason: string
  after: number
  through: number
  state: 'delivered' | 'failed' | 'refused' | 'sent' | 'unreachable' | 'waiting' | 'withdrawn'
  why: string
  said: string
  tries: number
  created: string
  updated: string
  seen: string | null
  clicked: string | null
}

/** A company as agents see it; `values` are those of standard attributes, `attributes` the application's own.
 * `enriched` lists the attributes that enrichment filled in. */
export type Company = {
  id: number
  name: string
  custom_id: string | null
  values: Record<string, unknown>
  attributes: Record<string, unknown>
  tags: string[]
  segments: number[]
  members: number
  created: string
  updated: string
  enriched: string[]
}

/** Values that change, by the names of their attributes; null takes one away. */
export type CompanyChangeBody = {
  attributes: Record<string, unknown>
}

/** Which company, and the tag by its name. */
export type CompanyTagBody = {
  tag: string
}

/** An account at a provider.
 * account     Twilio's account SID; empty for Telnyx
 * secret      Twilio's auth token, Telnyx' API key
 * public_key  Telnyx' public key, for which its hooks are signed; empty for Twilio
 * country     where the application is: at first no other country is called */
export type ConnectPhone = {
  provider: 'telnyx' | 'twilio'
  secret: string
  country: string
  account?: string
  public_key?: string
}

/** Something that a contact agreed to, or took back; `by` wrote it down. */
export type Consent = {
  purpose: string
  given: boolean
  source: string
  version: string
  at: string
  by: string
}

/** What holds where a page sets no `consent`: visitors are followed, asked first, or not followed at all. */
export type ConsentMode = {
  mode: 'denied' | 'given' | 'required'
}

/** What holds now, one per purpose, and everything that was ever said, oldest first. */
export type Consents = {
  now: Consent[]
  log: Consent[]
}

/** A colleague who is asked beside a call: on this device, or it rings theirs where there is none yet. */
export type Consulted = {
  id: number
  name: string
  leg: string | null
}

/** Values that change, by the names of their attributes; null takes one away. */
export type ContactChangeBody = {
  attributes: Record<string, unknown>
}

/** A contact as agents see it beside a conversation. */
export type ContactDetail = {
  id: number
  key: string
  name: string
  email: string | null
  phone_number: string | null
  first_seen: string | null
  last_seen: string | null
  page_views: number
  browser: string | null
  os: string | null
  device: string | null
  language: string | null
  time_zone: string | null
  country: string | null
  city: string | null
  attributes: Record<string, unknown>
  page: Page | null
  custom_id: string | null
  first_name: string | null
  last_name: string | null
  tags: string[]
  lists: number[]
  segments: number[]
  companies: number[]
  score: number
  created: string
  updated: string
  group: number | null
}

/** An event of a contact, as others tell of it. */
export type ContactEventBody = {
  name: string
  data?: Record<string, unknown>
  at?: number | null
}

/** A contact as conversations and sessions show it. */
export type ContactRef = {
  id: number
  name: string
  email: string | null
}

/** The whole state of a conversation, as one side sees it: `unread` counts the other side's texts.
 * For agents only: `group` is the group of agents that it is for, `labels` are ids, `snoozed_until` is when it opens by
 * itself, `waiting_since` is when the contact wrote what nobody has answered, `sla` is what was promised, `channel` by which
 * way it came.
 * For agents only: `merged` are conversations that became parts of this one, to be read together with it; `merged_into` is
 * the one that this is a part of: what is written here goes there.
 * `rating` is there where the contact was asked how the conversation was, since it was closed last. */
export type Conversation = {
  id: number
  status: 'closed' | 'open' | 'pending' | 'snoozed'
  assignee: Assignee | null
  contact: ConversationContact
  position: number
  read: Positions
  delivered: Positions
  unread: number
  last: RecordsPreview | null
  revision: number
  created_at: string
  updated_at: string
  notes?: number
  group?: number | null
  priority?: 'high' | 'low' | 'normal' | 'urgent' | null
  labels?: number[]
  snoozed_until?: string | null
  waiting_since?: string | null
  sla?: Promise | null
  channel?: 'chat' | 'email' | 'sms'
  rating?: Rating
  merged?: MergedPart[]
  merged_into?: number
}

/** The contact of a conversation; agents also see whether it is there, and in which segments it is. */
export type ConversationContact = {
  id: number
  name: string
  email: string | null
  online?: boolean
  segments?: number[]
}

/** A label of conversations; `merging` names the one that it is just becoming a part of. */
export type ConversationLabel = {
  id: number
  name: string
  colour: 'amber' | 'green' | 'grey' | 'indigo' | 'red'
  merging?: number | null
}

/** What changes of a label; what is absent stays as it is. */
export type ConversationLabelChangeBody = {
  name?: string
  colour?: 'amber' | 'green' | 'grey' | 'indigo' | 'red'
}

/** The label that stays, and those that become a part of it. */
export type ConversationLabelMergeBody = {
  others: number[]
}

/** The labels of an application, by name. */
export type ConversationLabels = {
  labels: ConversationLabel[]
}

/** How many; `more` says that there are more than were counted. */
export type Counted = {
  count: number
  more: boolean
}

/** A tag or a list: how many contacts and companies are of it, and which segments ask for it.
 * `merging` names the one that it is just becoming a part of. */
export type CountedName = {
  id: number
  name: string
  description: string
  count: number
  companies: number
  segments: number[]
  merging: number | null
}

/** How many conversations each view of the inbox holds; `groups` has the open ones of each group by its id. */
export type Counts = {
  open: number
  mine: number
  unassigned: number
  closed: number
  groups: Record<string, number>
  pending: number
  snoozed: number
}

/** A note about a contact, a company or a deal. */
export type CrmNote = {
  id: number
  subject: string
  of: number
  text: string
  author: WrittenBy
  pinned: boolean
  created: string
  updated: string
  conversation: number | null
}

/** What changes of a note. */
export type CrmNoteChangeBody = {
  text?: string
  pinned?: boolean
}

/** A page of notes: the pinned ones first, then the newest; without a cursor there are no more. */
export type CrmNotes = {
  notes: CrmNote[]
  cursor: string | null
}

/** An application with its plan. */
export type Customer = {
  id: number
  name: string
  plan: 'basic' | 'premium'
  times: PlanTimes | null
}

/** How many were in a segment at the end of a day. */
export type DaySize = {
  day: string
  size: number
}

/** A deal. `value` is an exact decimal as text.
 * activities_status  "1": something to do is overdue; "2": something is planned; "3": nothing
 * stage_since        since when it has been in its stage
 * revision           grows with each change
 * conversation       the one that it comes from */
export type Deal = {
  id: number
  name: string
  custom_id: string | null
  value: string
  currency: string
  pipeline: number
  stage: number
  stage_since: string
  status: 'abandoned' | 'archived' | 'in_progress' | 'lost' | 'won'
  scope: number
  activities_status: string
  activities_status_updated_at: string | null
  next_activity: string | null
  assignee: number | null
  restricted_to: number | null
  contact: Reference | null
  company: Reference | null
  participants: Reference[]
  products: ProductReference[]
  order_products: OrderedProduct[]
  expected_close_date: string | null
  loss_reason: number | null
  loss_reason_description: string | null
  won_at: string | null
  lost_at: string | null
  tags: string[]
  attributes: Record<string, unknown>
  created_by: WrittenBy
  created: string
  updated: string
  revision: number
  conversation: number | null
}

/** What changes of a deal. */
export type DealChangeBody = {
  name?: string
  custom_id?: string | null
  value?: number | string | null
  currency?: string
  pipeline?: number
  stage?: number
  status?: 'abandoned' | 'archived' | 'in_progress' | 'lost' | 'won'
  scope?: number
  assignee?: number | null
  restricted_to?: number | null
  contact?: number | null
  contact_custom_id?: string
  company?: number | null
  company_custom_id?: string
  participants?: number[]
  products?: number[]
  products_custom_id?: string[]
  order_products?: OrderLine[]
  expected_close_date?: string | null
  loss_reason?: number | null
  loss_reason_description?: string
  won_at?: number | string | null
  lost_at?: number | string | null
  tags?: string[]
  attributes?: Record<string, unknown>
}

/** How many deals there are. */
export type DealCount = {
  count: number
}

/** Steps of a deal, oldest first. */
export type DealHistory = {
  steps: DealStep[]
}

/** A deal by your own id: what changes of it, or what it is where there is none yet (then with a name). */
export type DealOfYours = {
  name?: string
  custom_id: string
  value?: number | string | null
  currency?: string
  pipeline?: number
  stage?: number
  status?: 'abandoned' | 'archived' | 'in_progress' | 'lost' | 'won'
  scope?: number
  assignee?: number | null
  restricted_to?: number | null
  contact?: number | null
  contact_custom_id?: string
  company?: number | null
  company_custom_id?: string
  participants?: number[]
  products?: number[]
  products_custom_id?: string[]
  order_products?: OrderLine[]
  expected_close_date?: string | null
  loss_reason?: number | null
  loss_reason_description?: string
  won_at?: number | string | null
  lost_at?: number | string | null
  tags?: string[]
  attributes?: Record<string, unknown>
}

/** A deal where something else speaks of it. */
export type DealReference = {
  id: number
  custom_id: string | null
  name: string
}

/** A deal came from one stage or status (null: it was made) to another. */
export type DealStep = {
  position: number
  kind: 'stage' | 'status'
  was: number | string | null
  now: number | string
  pipeline: number
  by: WrittenBy
  at: string
}

/** That the application is to be deleted: when, and who ordered it at what time. */
export type Deletion = {
  at: string
  ordered: string
  by: string
}

/** The name of the application, typed by hand, and the password of whoever orders its deletion; empty for who has none. */
export type DeletionOrder = {
  name: string
  password: string
}

/** A page of the log. */
export type Deliveries = {
  deliveries: Delivery[]
  cursor: string | null
}

/** A delivery. `event_id` is its `webhook-id`; `next` is when it is tried, null where it is not any more. */
export type Delivery = {
  id: number
  webhook: number
  kind: string
  event_id: string
  at: string
  state: 'delivered' | 'failed' | 'waiting'
  next: string | null
  attempts: Attempt[]
  body: string
}

/** Whether demo data is there, and how far the work on it has come; `made` are numbers by kind. */
export type DemoState = {
  state: 'emptying' | 'filling' | 'none' | 'there'
  done: number
  of: number
  made: Record<string, number>
}

/** Whether the checklist is put away; help brings it back. */
export type Dismissal = {
  dismissed: boolean
}

/** A record to publish in DNS, as TXT: the public half of a key that mails are signed with. */
export type DkimRecord = {
  kind: 'ed25519' | 'rsa'
  name: string
  value: string
}

/** What a record of the sender's domain says.
 * state   `ok`, `missing`, `wrong` (another key, a server that is not named, two of one), `unknown` without an answer
 * name    where it stands, or should
 * record  what to publish there as TXT; empty where nothing has to be done
 * found   what stands there now */
export type DnsHint = {
  kind: 'dkim' | 'dmarc' | 'spf'
  state: 'missing' | 'ok' | 'unknown' | 'wrong'
  name: string
  record: string
  found: string
}

/** What became of the object at a place (from 0): its id, or the reason for which it was refused. */
export type Done = {
  place: number
  outcome: 'created' | 'refused' | 'updated'
  id?: number | null
  reason?: string | null
}

/** What became of each object, in their order; `updated` are those that were there, also where nothing was new. */
export type DoneMany = {
  created: number
  updated: number
  refused: number
  results: Done[]
}

/** A page of groups; a page may be empty and have a cursor. Without a cursor there are no more. */
export type Duplicates = {
  groups: DuplicatesGroup[]
  cursor: string | null
}

/** Contacts that may be one person, lowest id first, and what they have in common. */
export type DuplicatesGroup = {
  reason: 'email' | 'name' | 'phone_number'
  contacts: ContactRef[]
}

/** What a message said until a moment. */
export type EarlierText = {
  text: string
  until: string
}

/** What a message is to say from now on. */
export type EditMessageBody = {
  text: string
}

/** What a note is to say from now on, and whom it names; without `mentions` it names whom it named. */
export type EditNoteBody = {
  text: string
  mentions?: number[] | null
}

/** An e-mail to a contact: `queued`, `sent`, `refused` by the mail server, `failed`, or held back as `unsubscribed`. */
export type Email = {
  id: number
  status: string
  subject: string
  created: string
  sent: string | null
}

/** A page of e-mails, the oldest first, and how many there are. */
export type Emails = {
  emails: Email[]
  count: number
  cursor: string | null
}

/** Which company to enrich; with `force` also one that was asked for lately. */
export type EnrichCompanyBody = {
  force?: boolean
}

/** Whom to enrich; with `force` also one who was asked for lately. */
export type EnrichContactBody = {
  force?: boolean
}

/** Whether a contact can be enriched, and what came of it the last time. */
export type Enriched = {
  offered: boolean
  status: string | null
  by: string | null
  at: string | null
}

/** How an application enriches. Of its key only the end is ever shown.
 * used           found in this month, of `quota`
 * asked          questions in this month, answered or not
 * paused_until   until then nothing is asked by itself */
export type Enrichment = {
  provider: string
  key: string | null
  on_demand: boolean
  on_identification: boolean
  in_bulk: boolean
  needs_consent: boolean
  quota: number
  days: number
  month: string
  used: number
  asked: number
  paused_until: string | null
  problem: string | null
  last: LastEnrichment | null
}

/** What changes of how an application enriches; what is absent stays. A null key forgets it.
 * quota           people and companies that may be found in one month (UTC)
 * days            for so long the same one is not asked for again
 * needs_consent   ask only for contacts who agreed to the purpose `enrichment` */
export type EnrichmentChange = {
  key?: string | null
  on_demand?: boolean
  on_identification?: boolean
  in_bulk?: boolean
  needs_consent?: boolean
  quota?: number
  days?: number
}

/** A run and how far it has come. `skipped` were asked for lately, forbid it, or have nothing to be found by.
 * `stopped` has a `reason`, what came of the last one, and a `problem`, the same for people: the quota is used up, the
 * key is refused or the provider does not work. It may go on. */
export type EnrichmentRun = {
  id: number
  subject: string
  segment: number | null
  state: 'cancelled' | 'done' | 'paused' | 'running' | 'stopped'
  total: number
  done: number
  found: number
  none: number
  waiting: number
  skipped: number
  failed: number
  reason: string | null
  problem: string | null
  by: string
  created_at: string
  finished_at: string | null
}

/** Something that happened: `kind` is page, event, form, or what else it was (tag, list, segment …). */
export type Entry = {
  kind: string
  id: number
  at: string
  data: Record<string, unknown>
}

/** The proof of an erasure. While it is `running`, `counts` is what has been found so far.
 * subject   the contact's id, hashed under the installation's secret
 * seal      a signature over all of it, when it is done
 * matches   whether the contact that was asked for is the subject */
export type Erasure = {
  id: number
  status: 'done' | 'running'
  counts: Record<string, number>
  asked_by: string
  asked_at: string
  finished_at: string | null
  subject: string
  seal: string | null
  matches: boolean | null
}

/** A page of erasures, newest first; without a cursor there are no more. */
export type Erasures = {
  erasures: Erasure[]
  cursor: string | null
}

/** Why a contact is in a segment, or is not. */
export type Explanation = {
  inside: boolean
  answer: SegmentsAnswer
}

/** Which contacts (a segment, conditions, words, all or none of them), which columns, and as what. */
export type ExportContacts = {
  format?: 'csv' | 'xlsx'
  segment?: number | null
  where?: Record<string, unknown> | null
  search?: string
  columns?: string[] | null
}

/** The deliveries of a webhook that failed, of events since a moment. */
export type FailedSinceBody = {
  since: string
}

/** A report as those who may see it read it; `diagnostics` are for the operator alone. */
export type Fault = {
  id: number
  application: number
  application_name: string
  state: 'accepted' | 'closed' | 'new' | 'resolved' | 'waiting' | 'working'
  category: 'critical' | 'major' | 'minor'
  plan: 'basic' | 'premium'
  created: string
  reporter: string
  email: string
  report: NewFault
  screenshot: boolean
  response: FaultClock
  repair: FaultClock
  waiting: boolean
  history: FaultEntry[]
  closing: FaultEnding | null
  diagnostics: Record<string, unknown> | null
}

/** What the operator says or changes; a text goes to whoever reported it. */
export type FaultChangeBody = {
  state?: 'accepted' | 'resolved' | 'waiting' | 'working'
  category?: 'critical' | 'major' | 'minor'
  text?: string
}

/** A deadline: when it is, when it was kept (null while it is open), and how it stands. */
export type FaultClock = {
  due: string
  done: string | null
  state: 'kept' | 'missed' | 'open' | 'soon'
}

/** The end of a report. Each of the three has to be true, and is said in words.
 * cause      what it was, and how it was removed
 * function   which function works again
 * effects    what the fault had done besides, and how that was removed
 * data       which data was restored; "none was touched" is an answer */
export type FaultClosingBody = {
  cause: string
  function: string
  effects: string
  data: string
  cause_removed?: boolean
  function_restored?: boolean
  effects_removed?: boolean
}

/** Something to add to a report. */
export type FaultCommentBody = {
  text: string
}

/** What the fault was seen on, at that moment. */
export type FaultDevice = {
  device: string
  system: string
  version: string
  browser: string
  screen: string
  language: string
  zone: string
}

/** How it ended: the cause and how it was removed, the function that is restored, and the data. */
export type FaultEnding = {
  cause: string
  function: string
  effects: string
  data: string
}

/** A line of a report's history. */
export type FaultEntry = {
  at: string
  by: string
  side: 'operator' | 'reporter' | 'system'
  what: string
  text: string
}

/** What the panel knew by itself: where it was, its connection, its last errors and calls. */
export type FaultTrace = {
  url: string
  panel: string
  connection: string
  errors: string[]
  requests: string[]
}

/** Reports, the newest first, and whether who asks operates the installation. */
export type Faults = {
  faults: Fault[]
  cursor: string | null
  operator: boolean
}

/** A Firebase project and its service account, without the secret. */
export type FcmAccount = {
  project: string
  email: string
}

/** One question.
 * attribute          name of the contact's attribute that the answer fills
 * longest            most characters of a text
 * least, most        bounds of a number
 * pattern            form of a text: `9` is a digit, `A` a letter, `?` either; everything else stands for itself
 * purpose, version   of a consent: what for, and which wording of it (hub/people/privacy/consent.py)
 * value, parameter   of a hidden field: its value, or the parameter of the page's address that holds it */
export type Field = {
  key: string
  kind: 'checkbox' | 'choice' | 'choices' | 'consent' | 'date' | 'email' | 'hidden' | 'long_text' | 'number' | 'phone' | 'text'
  label: Record<string, string>
  help: Record<string, string>
  placeholder: Record<string, string>
  required: boolean
  attribute: string | null
  longest: number | null
  least: number | null
  most: number | null
  pattern: string
  choices: FieldsChoice[]
  purpose: string
  version: string
  value: string
  parameter: string
}

/** One of the answers to choose from: the value that is kept, and what people read. */
export type FieldsChoice = {
  value: string
  label: Record<string, string>
}

/** Which canned answer, and for which conversation it is filled in. */
export type FillAnswerBody = {
  conversation: number
}

/** An answer as it can be sent; `missing` are the names that have no value and still stand in it. */
export type FilledAnswer = {
  text: string
  missing: string[]
}

/** Which activities, the next ones first. `overdue` finds those that are not done and should be.
 * `due_from` is the first moment, `due_to` the first one that is too late. `where` is a tree of conditions on attributes. */
export type FindActivities = {
  assignee?: number | null
  contact?: number | null
  company?: number | null
  deal?: number | null
  type?: number | null
  done?: boolean | null
  overdue?: boolean
  due_from?: number | string | null
  due_to?: number | string | null
  where?: Record<string, unknown> | null
  search?: string
  sort?: string
  limit?: number
  cursor?: string | null
}

/** Which companies: by conditions, by words, both or none. What is found by words comes newest company first. */
export type FindCompanies = {
  where?: Record<string, unknown> | null
  search?: string
  sort?: string
  limit?: number
  cursor?: string | null
}

/** Which contacts: by conditions, by words, both or none; newest activity first, or by id.
 * What is found by words comes newest contact first, whatever the order that is asked for. */
export type FindContacts = {
  where?: Record<string, unknown> | null
  search?: string
  sort?: string
  limit?: number
  cursor?: string | null
}

/** Which deals. `contact` finds those whose person it is and those that it takes part in.
 * `where` is a tree of conditions on attributes and tags, as segments have it. */
export type FindDeals = {
  pipeline?: number | null
  stage?: number | null
  contact?: number | null
  company?: number | null
  assignee?: number | null
  product?: number | null
  status?: ('abandoned' | 'archived' | 'in_progress' | 'lost' | 'won')[] | null
  where?: Record<string, unknown> | null
  search?: string
  sort?: string
  limit?: number
  cursor?: string | null
}

/** Which conversations, without a view, and in which order. */
export type FindInInbox = {
  where: InboxQuestion
  sort?: 'due' | 'newest' | 'priority' | 'waiting'
  cursor?: string | null
}

/** Which products: by conditions on attributes, by words, both or none. */
export type FindProducts = {
  where?: Record<string, unknown> | null
  search?: string
  sort?: string
  limit?: number
  cursor?: string | null
}

/** Which tickets. */
export type FindTickets = {
  status?: ('active' | 'archived' | 'closed' | 'draft')[] | null
  assignee?: number | null
  contact?: number | null
  company?: number | null
  where?: Record<string, unknown> | null
  search?: string
  sort?: string
  limit?: number
  cursor?: string | null
}

/** Which activity was done, and when (now where it is absent). */
export type FinishActivityBody = {
  at?: number | string | null
}

/** What is done of the first hour. `origin` is the website on which the snippet was seen, `arrived` that a visitor wrote. */
export type FirstHourSteps = {
  snippet: boolean
  look: boolean
  invite: boolean
  chat: boolean
  mail: boolean
  push: boolean
  origin: string | null
  seen: string | null
  arrived: boolean
  answered: boolean
  dismissed: boolean
}

/** Who has forgotten the password, and in which language the mail is. */
export type Forgotten = {
  email: string
  language?: 'en' | 'pl'
}

/** A form as the panel shows it.
 * views, submissions, confirmed, spam   how often it was shown, filled in and confirmed, and what programs sent
 * can_mail   whether mails have a sender, which a double opt-in needs */
export type Form = {
  id: number
  name: string
  on: boolean
  fields: Field[]
  title: Record<string, string>
  intro: Record<string, string>
  button: Record<string, string>
  success: Success
  display: 'chat' | 'inline' | 'popup'
  popup: Popup
  look: FormsLook
  double_opt_in: boolean
  letter: Letter
  tags: string[]
  lists: number[]
  views: number
  submissions: number
  confirmed: number
  spam: number
  can_mail: boolean
  created: string
  updated: string
}

/** What changes of a form. What is absent stays as it is. */
export type FormChangeBody = {
  name?: string
  fields?: Field[]
  on?: boolean
  title?: Record<string, string>
  intro?: Record<string, string>
  button?: Record<string, string>
  success?: Success
  display?: 'chat' | 'inline' | 'popup'
  popup?: Popup
  look?: FormsLook
  double_opt_in?: boolean
  letter?: Letter
  tags?: string[]
  lists?: number[]
}

/** How a form looks: its accent (the site's where it is empty), its greatest width and its corners in pixels. */
export type FormsLook = {
  accent: string
  width: number
  radius: number
}

/** A page of activities; without a cursor there are no more. */
export type FoundActivities = {
  activities: Activity[]
  cursor: string | null
}

/** A page of calls, newest first; without a cursor there are no more. */
export type FoundCalls = {
  calls: Call[]
  cursor: string | null
}

/** A page of companies; without a cursor there are no more. */
export type FoundCompanies = {
  companies: Company[]
  cursor: string | null
}

/** A page of contacts; without a cursor there are no more. */
export type FoundContacts = {
  contacts: ContactDetail[]
  cursor: string | null
}

/** A page of deals; without a cursor there are no more. */
export type FoundDeals = {
  deals: Deal[]
  cursor: string | null
}

/** A conversation, and the newest of its messages or notes that matches; none where it is the contact that does. */
export type FoundMessage = {
  conversation: Conversation
  kind: 'contact' | 'message' | 'note'
  position: number | null
  text: string
  author: Author | null
  at: string | null
}

/** What was found, newest first, each conversation once; `below` asks for what is behind. */
export type FoundMessages = {
  found: FoundMessage[]
  below: number | null
}

/** A page of products; without a cursor there are no more. */
export type FoundProducts = {
  products: Product[]
  cursor: string | null
}

/** A page of tickets; without a cursor there are no more. */
export type FoundTickets = {
  tickets: Ticket[]
  cursor: string | null
}

/** An answer, with the conversation that it is about and the agent whose it was. */
export type GivenRating = {
  id: number
  conversation: number
  agent: number | null
  name: string
  labels: number[]
  score: number
  comment: string
  answered: string
}

/** A page of answers, the newest first; without a cursor there is nothing older. */
export type GivenRatings = {
  ratings: GivenRating[]
  cursor: string | null
}

/** What changes of a group; what is absent stays as it is. */
export type GroupChangeBody = {
  name?: string
  agents?: number[]
}

/** Which group a conversation is for; null for none. */
export type GroupConversationBody = {
  group: number | null
}

/** The hours of a group; null for those of the application. */
export type GroupHours = {
  group: number
  hours: Hours | null
}

/** The hours of a group; null for those of the application. */
export type GroupHoursBody = {
  hours: Hours | null
}

/** The rule of one group. */
export type GroupRoute = {
  group: number
  rule: RouteRule
}

/** Contacts of a segment belong to a group of agents. */
export type GroupRule = {
  segment: number
  group: number
}

/** Contacts of a segment belong to a group; of several rules that fit, the first one counts.
 * `otherwise` is the group of new conversations whose contact no rule concerns; null for none. */
export type GroupRules = {
  rules: GroupRule[]
  otherwise: number | null
}

/** All groups of an application. */
export type Groups = {
  groups: GroupsGroup[]
}

/** A group as agents see it; `agents` are the ids of its members. */
export type GroupsGroup = {
  id: number
  name: string
  agents: number[]
}

/** A day on which nobody is there; `yearly` on that day of every year. */
export type Holiday = {
  date: string
  name: string
  yearly: boolean
}

/** When the agents of a group are there. */
export type Hours = {
  zone: string
  week: Stretch[]
  holidays: Holiday[]
}

/** When the team is there: always where it is not `on`.
 * closed   said outside of the hours, with `{opening}` for when the team is back
 * nobody   said inside of them while no agent has the panel open */
export type HoursRule = {
  on: boolean
  zone: string
  week: Stretch[]
  holidays: Holiday[]
  closed: AwayText
  nobody: AwayText
}

/** A server as `RTCPeerConnection` takes it. */
export type IceServer = {
  urls: string[]
  username?: string
  credential?: string
}

/** The servers that a device of a call gets. */
export type IceServers = {
  ice: IceServer[]
}

/** Whether nobody has touched the panel for the minutes that the agent chose. */
export type Idleness = {
  idle: boolean
}

/** An import and how far it has come. `dry_run` tells whether the counts are of a dry run.
 * types   of the columns, by their values
 * sheets  of a workbook; `sheet` is the one that was read. Both are empty for a text file */
export type Import = {
  id: number
  name: string
  size: number
  state: 'checked' | 'deleting' | 'done' | 'failed' | 'paused' | 'ready' | 'running' | 'stopped' | 'undoing' | 'undone'
  dry_run: boolean
  charset: string
  delimiter: string
  columns: MappingColumn[]
  types: ('boolean' | 'date' | 'datetime' | 'fixed' | 'float' | 'integer' | 'json' | 'string')[]
  first: string[][]
  sheets: string[]
  sheet: string
  match: 'auto' | 'custom_id' | 'email'
  tags: string[]
  lists: number[]
  rows: number
  done: number
  created: number
  updated: number
  unchanged: number
  refused: number
  rows_per_second: number
  seconds_left: number | null
  errors: RowError[]
  problem: string | null
  deleted: number
  restored: number
  kept: number
  by: string
  created_at: string
  finished_at: string | null
}

/** How an import begins: the attribute of each column (null leaves it out), and how rows find their contacts.
 * types  of the new attributes, column by column; null is the type that was recognised
 * tags   that everybody in the file gets, by name; unknown ones are made
 * lists  that everybody in the file is put on */
export type ImportStartBody = {
  mapping?: (string | null)[]
  match?: 'auto' | 'custom_id' | 'email'
  types?: ('boolean' | 'date' | 'datetime' | 'fixed' | 'float' | 'integer' | 'json' | 'string' | null)[]
  tags?: string[]
  lists?: number[]
}

/** Something done with many conversations: what, how far it is (0 to 1), how many are changed, what became of it. */
export type InboxOperation = {
  id: number
  deed: string
  to: number | null
  status: 'cancelled' | 'done' | 'running' | 'undoing' | 'undone'
  progress: number
  changed: number
  by: string
  at: string
}

/** Which conversations. No status means any; `priority` "none" is without one; one of the labels suffices, and so does one
 * of the `segments` of the contact. `channel` is by which way the conversation came.
 * `unread` has messages that no agent has read, `waiting` a contact whom no agent has answered. Times are UTC
 * milliseconds, from inclusive, to exclusive. */
export type InboxQuestion = {
  status?: ('closed' | 'open' | 'pending' | 'snoozed')[]
  assignee?: string | number | null
  group?: string | number | null
  priority?: ('high' | 'low' | 'normal' | 'urgent' | 'none')[]
  labels?: number[]
  segments?: number[]
  channel?: ('chat' | 'email' | 'sms')[]
  unread?: boolean
  waiting?: boolean
  created_from?: number | null
  created_to?: number | null
  updated_from?: number | null
  updated_to?: number | null
}

/** A view as agents see it; `own` says that the one who asks made it. */
export type InboxView = {
  id: number
  name: string
  shared: boolean
  own: boolean
  by: string
  where: InboxQuestion
  sort: 'due' | 'newest' | 'priority' | 'waiting'
}

/** What changes of a view; what is absent stays as it is. */
export type InboxViewChangeBody = {
  name?: string
  where?: InboxQuestion
  sort?: 'due' | 'newest' | 'priority' | 'waiting'
  shared?: boolean
}

/** The views that somebody may see, by name: one's own and the team's. */
export type InboxViews = {
  views: InboxView[]
}

/** Events and pages, a thousand of both at most. */
export type Incoming = {
  events?: Record<string, unknown>[]
  pages?: Record<string, unknown>[]
}

/** An invitation that nobody has taken up; `by` is who invited, `mailed` when a mail was ordered last. */
export type Invitation = {
  id: number
  email: string
  name: string
  role: string
  groups: number[]
  by: string
  created: string
  expires: string
  expired: boolean
  mailed: string | null
}

/** What stands in the link of an invitation. */
export type InvitationLink = {
  token: string
}

/** The open invitations, newest first; `mail` says whether mails of the application have a way out. */
export type Invitations = {
  invitations: Invitation[]
  mail: boolean
}

/** An invitation with its link, for the only time. */
export type Invited = {
  invitation: Invitation
  link: string
}

/** Somebody takes an invitation up: with the password that they have here, or the one from now on. */
export type Joining = {
  token: string
  name: string
  password: string
}

/** What an agent has written so far; `written` is when, in milliseconds since 1970. Empty where it was sent or cleared. */
export type KeepDraftBody = {
  kind: 'message' | 'note'
  text: string
  written: number
}

/** How much of each kind there is; `contacts` counts those that were merged too. */
export type Kept = {
  counts: Record<string, number>
}

/** Another name for a key. */
export type KeyChangeBody = {
  name: string
}

/** A key to be tried; the stored one where none is given. */
export type KeyCheck = {
  key?: string | null
}

/** Whether a key works; `unknown` where the provider can't be asked now. */
export type KeyChecked = {
  result: 'refused' | 'unknown' | 'works'
  message: string
}

/** Labels to give to a conversation, and to take from it. */
export type LabelConversationBody = {
  add?: number[]
  remove?: number[]
}

/** How many conversations carry each label, by its id. */
export type LabelUse = {
  counts: Record<string, number>
}

/** What happened when somebody was asked for last; it names nobody. */
export type LastEnrichment = {
  at: string
  occasion: 'bulk' | 'demand' | 'identification'
  status: string
  message: string
}

/** The mail that asks for a confirmation. */
export type Letter = {
  subject: Record<string, string>
  text: Record<string, string>
}

/** A number that is called on the trunk (E.164), and the group that it rings; null rings everyone. */
export type LineNumber = {
  number: string
  group: number | null
}

/** How a trunk is: `up`, `down` with what was said, `waiting` for its turn, or `off`; since when. */
export type LineState = {
  phase: 'down' | 'off' | 'up' | 'waiting'
  said: string
  since: string
}

/** What a page says of itself. `host` is where the link led in the end; `picture` a WebP as a data URL, or null. */
export type LinkPreview = {
  address: string
  host: string
  title: string
  text: string
  picture: string | null
}

/** Whether this server reads the pages that links in conversations lead to. */
export type LinkPreviewRule = {
  on: boolean
}

/** What is known of the links of a message, in their order; `on` says whether the application wants to know. */
export type LinkPreviews = {
  on: boolean
  links: LinkPreview[]
}

/** What changes of a list. */
export type ListChangeBody = {
  name?: string
  description?: string
}

/** The list that stays, and those that become part of it. */
export type ListMergeBody = {
  others: number[]
}

/** A page of the inbox, newest activity first. */
export type ListedConversations = {
  conversations: Conversation[]
  cursor: string | null
  counts: Counts
}

/** Where and when, as far as a page can tell by itself. `open`: whether it shows now, until `turns` (milliseconds). */
export type LookRules = {
  urls?: string[]
  not_on?: string[]
  device?: string
  delay?: number
  scroll?: number
  open?: boolean
  turns?: number | null
  asks?: boolean
}

/** A widget as a page gets it. `css` and `classes` are composed here, of checked values alone.
 * path       what is drawn on the launcher
 * selector   the element of the page that it stands in */
export type LooksLook = {
  key: string
  css?: string
  classes?: string
  texts?: Record<string, Record<string, string>>
  path?: string
  hidden?: boolean
  logo?: string
  selector?: string
  form?: number | null
  rules?: LookRules | null
}

/** Which deal was lost, why, and when (now where it is absent). */
export type LoseDealBody = {
  loss_reason?: number | null
  description?: string
  at?: number | string | null
}

/** Why a deal was lost. */
export type LossReason = {
  id: number
  name: string
  description: string
}

/** What changes of a reason. */
export type LossReasonChangeBody = {
  name?: string
  description?: string
}

/** All reasons, in the order in which they were made. */
export type LossReasons = {
  loss_reasons: LossReason[]
}

/** A macro as agents see it. `offered`: it is one's own, one's group's or everybody's; `used`: how often. */
export type Macro = {
  id: number
  name: string
  does: MacroDoes
  for: 'all' | 'group' | 'me'
  group: number | null
  own: boolean
  offered: boolean
  by: string
  used: number
  updated: string
}

/** Who takes charge: whoever runs the macro, an agent, a group, or nobody. `id` is the agent's or the group's. */
export type MacroAssign = {
  to: 'agent' | 'group' | 'me' | 'nobody'
  id: number | null
}

/** What changes of a macro; what is absent stays as it is. `for` and `group` go together. */
export type MacroChangeBody = {
  name?: string
  does?: MacroDoes
  whose?: 'all' | 'group' | 'me'
  group?: number | null
}

/** What a macro does; what is absent it leaves as it is. Texts may have variables. */
export type MacroDoes = {
  message: string
  texts: Record<string, string>
  note: string
  labels: number[]
  priority: 'high' | 'low' | 'normal' | 'urgent' | null
  assign: MacroAssign | null
  turn: MacroTurn | null
}

/** The step that was refused, and why; what was to follow was not done. */
export type MacroFailure = {
  step: 'assign' | 'label' | 'message' | 'note' | 'priority' | 'turn'
  code: string
  message: string
}

/** The steps that were done, in their order, and the one that failed, if one did. */
export type MacroRun = {
  done: ('assign' | 'label' | 'message' | 'note' | 'priority' | 'turn')[]
  failed: MacroFailure | null
}

/** What the conversation becomes; `minutes` says for how long it is snoozed. */
export type MacroTurn = {
  to: 'closed' | 'open' | 'snoozed'
  minutes: number | null
}

/** What somebody may run or change, most used first. */
export type Macros = {
  macros: Macro[]
}

/** A new key, with its secret for the only time. */
export type MadeKey = {
  key: ApiKey
  secret: string
}

/** A new identity secret, for the only time. */
export type MadeSecret = {
  secret: string
}

/** A webhook with a new secret, for the only time. */
export type MadeWebhook = {
  webhook: Webhook
  secret: string
}

/** The step at which it ended, `done` where a mail was taken; what was said there, the address, and hints about DNS. */
export type MailCheck = {
  step: 'connect' | 'send' | 'sign_in' | 'tls' | 'done' | 'settings'
  said: string
  to: string
  hints: DnsHint[]
}

/** A sender. `id` 0 is that of the installation, which its operator sets (`HUB_SMTP_URL`).
 * password   whether one is set
 * rate       mails a minute, 0 for no limit
 * sign       whether mails are signed (DKIM) for `dkim_domain`, of which `records` have to be published
 * trouble    why it is paused, or null */
export type MailSender = {
  id: number
  name: string
  address: string
  from_name: string
  host: string
  port: number
  security: 'none' | 'offered' | 'starttls' | 'tls'
  user: string
  password: boolean
  rate: number
  default: boolean
  sign: boolean
  dkim_domain: string
  records: DkimRecord[]
  trouble: SenderTrouble | null
  created: string | null
  by: string
  revision: number
}

/** The senders of the application, and that of the installation, which is used where it has none. */
export type MailSenders = {
  senders: MailSender[]
  installation: MailSender | null
}

/** To whom a conversation is mailed, without notes: to its contact, or to another address. */
export type MailTranscriptBody = {
  to?: string | null
  language?: 'en' | 'pl'
}

/** Which sender to try, the default one unless it is named, and whom to send a mail: else the agent who asks. */
export type MailTry = {
  to?: string
  sender?: number | null
}

/** Which sender to try, the default one unless it is named, and whom to send a mail: else the agent who asks. */
export type MailTryBody = {
  to?: string
}

/** A mailbox, without its password. */
export type Mailbox = {
  id: number
  address: string
  host: string
  port: number
  security: 'none' | 'starttls' | 'tls'
  user: string
  folder: string
  begins: boolean
  group: number | null
  checker: string
  on: boolean
  state: MailboxState
  created: string
  revision: number
}

/** What changes of a mailbox. Another host, port, security or user needs the password anew. */
export type MailboxChangeBody = {
  address?: string
  host?: string
  user?: string
  password?: string
  security?: 'none' | 'starttls' | 'tls'
  port?: number
  folder?: string
  begins?: boolean
  group?: number | null
  checker?: string
  on?: boolean
}

/** The step at which it ended, `done` where all went well, and what was said there; whether the server knows IDLE. */
export type MailboxCheck = {
  step: 'address' | 'connect' | 'folder' | 'reading' | 'sign_in' | 'tls' | 'done'
  said: string
  idle: boolean
}

/** Whether it is read: `connected`, `failed` at a step with what was said, `waiting` for its turn, or `off`.
 * `idle` tells whether the server says by itself when a mail comes; else it is asked every quarter of a minute. */
export type MailboxState = {
  phase: 'connected' | 'failed' | 'off' | 'waiting'
  since: string
  step: 'address' | 'connect' | 'folder' | 'reading' | 'sign_in' | 'tls' | null
  said: string
  idle: boolean
}

/** A mailbox to be tried: one that is kept, with what is to be different of it, or the fields of a new one. */
export type MailboxTry = {
  mailbox?: number | null
  host?: string
  user?: string
  password?: string
  security?: 'none' | 'starttls' | 'tls'
  port?: number
  folder?: string
}

/** All mailboxes of the application. */
export type Mailboxes = {
  mailboxes: Mailbox[]
}

/** The address to which it goes. */
export type MailedTranscript = {
  to: string
}

/** Companies, each with values by the names of its attributes; one is found by `custom_id`, else by `name`. */
export type ManyCompanies = {
  companies: Record<string, unknown>[]
}

/** Contacts, each with values by the names of its attributes; one is found by `custom_id`, else by `email`. */
export type ManyContacts = {
  contacts: Record<string, unknown>[]
}

/** A column of the file, the attribute that it goes to (None leaves it out), and whether that is a new one. */
export type MappingColumn = {
  header: string
  attribute: string | null
  type: 'boolean' | 'date' | 'datetime' | 'fixed' | 'float' | 'integer' | 'json' | 'string' | 'decimal' | null
  new: boolean
}

/** A page of a company's contacts, lowest id first; without a cursor there are no more. */
export type Members = {
  contacts: ContactRef[]
  cursor: string | null
}

/** Which contacts become part of `contact`. */
export type MergeBody = {
  others: number[]
}

/** Which conversation becomes a part of which: `other` of `conversation`. */
export type MergeConversationsBody = {
  other: number
}

/** The contact as it would be, with its values of all attributes by their `std`.
 * also  addresses and ids of the others that would still find it */
export type MergePreview = {
  contact: ContactDetail
  values: Record<string, unknown>
  also: string[]
}

/** A conversation that became a part of another one: who did it, when, and the last positions of its streams. */
export type MergedPart = {
  conversation: number
  by: Author
  at: string
  position: number
  notes: number
}

/** What the contact may see, at its position in the conversation. Kind `event` says closed or reopened.
 * `form` is a form to fill in, shown with the message. `of` is the message that a record of the kind `edit` or `delete`
 * changes; `text` is what that one says now. `edited` is when this message was changed last, `deleted` says that it was
 * taken back, and `reply_to` is what it answers. */
export type Message = {
  id: number
  conversation: number
  position: number
  client_id: string | null
  kind: 'delete' | 'edit' | 'event' | 'text'
  text: string
  attachments: Attachment[]
  author: Author
  at: string
  size?: 'bubble' | 'full' | 'popup'
  form?: number
  buttons?: MessageButton[]
  picture?: number
  of?: number
  edited?: string
  deleted?: boolean
  reply_to?: Quote
}

/** A button below a message: it leads to `url`, or sends `reply` as an answer. */
export type MessageButton = {
  label: string
  url: string
  reply: string
}

/** What a message or a note said before, the oldest first. */
export type MessageHistory = {
  texts: EarlierText[]
}

/** A modal as the panel shows it; `shown_blocks` has its blocks as a page gets them, with addresses of pictures. */
export type Modal = {
  id: number
  name: string
  blocks: Block[]
  kind: 'message' | 'modal'
  on: boolean
  layout: 'bottom' | 'center' | 'corner' | 'full' | 'top'
  size: 'large' | 'medium' | 'small'
  accent: string
  show_as: 'bubble' | 'full' | 'popup'
  author: number | null
  rules: Rules
  shown_blocks: ShownBlock[]
  figures: ModalFigures
  created: string
  updated: string
}

/** What changes of a modal. What is absent stays as it is. */
export type ModalChangeBody = {
  name?: string
  blocks?: Block[]
  on?: boolean
  layout?: 'bottom' | 'center' | 'corner' | 'full' | 'top'
  size?: 'large' | 'medium' | 'small'
  accent?: string
  show_as?: 'bubble' | 'full' | 'popup'
  author?: number | null
  rules?: Rules
}

/** How often it was shown, came into view, was clicked, put away and (a message) answered. */
export type ModalFigures = {
  shown: number
  seen: number
  clicked: number
  dismissed: number
  answered: number
}

/** A deal and its new stage. */
export type MoveDealBody = {
  stage: number
}

/** The state of whoever asks, why it is so, and until when (UTC milliseconds) where the hours will change it. */
export type MyAvailability = {
  scheduled: boolean
  zone: string
  week: Stretch[]
  idle: number | null
  state: 'available' | 'away' | 'busy'
  why: 'hand' | 'idle' | 'schedule'
  until: number | null
}

/** The rules of whoever asks, with what the application takes where they say nothing. */
export type MyNotices = {
  mine: ('desktop' | 'email' | 'push')[]
  unassigned: ('desktop' | 'email' | 'push')[]
  others: ('desktop' | 'email' | 'push')[]
  assigned: ('desktop' | 'email' | 'push')[]
  mention: ('desktop' | 'email' | 'push')[]
  sla: ('desktop' | 'email' | 'push')[]
  unassigned_of: 'all' | 'groups'
  both: boolean
  delay: number | null
  quiet: Stretch[]
  always: ('assigned' | 'mention' | 'mine' | 'others' | 'sla' | 'unassigned')[]
  zone: string
  language: 'en' | 'pl' | null
  sound: SoundRule
  badge: ('mine' | 'others' | 'unassigned')[]
  usual_delay: number
  usual_zone: string
}

/** The key that browsers subscribe with, and your browsers.
 * operator   whether push services are told whom to write to; Apple's refuses who does not say */
export type MyPush = {
  public_key: string
  operator: boolean
  devices: PushDevice[]
}

/** A tag, a list or the name of an event; `merging` names the one that it is becoming a part of. */
export type Named = {
  id: number
  name: string
  description?: string
  merging?: number | null
}

/** An activity to be planned, or written down as done; `conversation` is the one that it comes from. */
export type NewActivity = {
  name: string
  type?: number
  due: number | string
  duration?: number | null
  description?: string
  done?: boolean
  done_at?: number | string | null
  assignee?: number | null
  contact?: number | null
  contact_custom_id?: string
  company?: number | null
  company_custom_id?: string
  deal?: number | null
  deal_custom_id?: string
  custom_id?: string | null
  remind_before?: number | null
  attributes?: Record<string, unknown>
  conversation?: number | null
}

/** A type to be made; the symbol (`call`, `meeting`, `task`, `email`, `deadline` …) is what the panel shows beside it. */
export type NewActivityType = {
  name: string
  symbol?: string
}

/** A file that a client wants to upload. */
export type NewAttachment = {
  name: string
  size: number
  type: string
}

/** An attribute to be made; `choices` for the type fixed, `multiple` where several may hold at once. */
export type NewAttribute = {
  name: string
  type: 'boolean' | 'date' | 'datetime' | 'fixed' | 'float' | 'integer' | 'json' | 'string'
  subject?: 'activity' | 'company' | 'contact' | 'deal' | 'product' | 'ticket'
  choices?: string[]
  multiple?: boolean
  description?: string
}

/** A canned answer to be made. Its text may have variables; `texts` are translations, for contacts of that language. */
export type NewCannedAnswer = {
  title: string
  text: string
  shortcut?: string
  texts?: Record<string, string>
  for?: 'all' | 'group' | 'me'
  group?: number | null
  attachments?: number[]
}

/** A company to be made: values by the names of their attributes, `name` among them; unknown names become attributes. */
export type NewCompany = {
  attributes: Record<string, unknown>
}

/** What a contact said: for which purpose, whether it agreed, where, to which text, and when (now if absent). */
export type NewConsentBody = {
  purpose: string
  given: boolean
  source: string
  version?: string
  at?: number | null
}

/** A contact to be made: values by the names of their attributes; unknown names become attributes. */
export type NewContact = {
  attributes: Record<string, unknown>
}

/** A label to be made; without a colour it gets the next one. */
export type NewConversationLabel = {
  name: string
  colour?: 'amber' | 'green' | 'grey' | 'indigo' | 'red' | null
}

/** A note about the contact, company or deal of an id; `conversation` is the one that it comes from. */
export type NewCrmNote = {
  subject: 'company' | 'contact' | 'deal'
  of: number
  text: string
  pinned?: boolean
  conversation?: number | null
}

/** A deal to be made. Without a stage it begins in the first one of its pipeline, and without that of the first pipeline.
 * `conversation` is the one that it comes from. */
export type NewDeal = {
  name: string
  custom_id?: string | null
  value?: number | string | null
  currency?: string
  pipeline?: number
  stage?: number
  status?: 'abandoned' | 'archived' | 'in_progress' | 'lost' | 'won'
  scope?: number
  assignee?: number | null
  restricted_to?: number | null
  contact?: number | null
  contact_custom_id?: string
  company?: number | null
  company_custom_id?: string
  participants?: number[]
  products?: number[]
  products_custom_id?: string[]
  order_products?: OrderLine[]
  expected_close_date?: string | null
  loss_reason?: number | null
  loss_reason_description?: string
  won_at?: number | string | null
  lost_at?: number | string | null
  tags?: string[]
  attributes?: Record<string, unknown>
  conversation?: number | null
}

/** A fault as it is reported. The same `client_id` twice is one report. */
export type NewFault = {
  client_id: string
  first_name: string
  last_name: string
  category: 'critical' | 'major' | 'minor'
  services: ('api' | 'email' | 'imports' | 'other' | 'panel' | 'push' | 'webhooks' | 'widget')[]
  noticed: string
  expected: string
  actual: string
  appears: string
  absent: string
  details: string
  data: string
  device?: FaultDevice
  trace?: FaultTrace
  screenshot: string
}

/** A form to be made. With `double_opt_in` tags, lists and consents wait until the mail was answered. */
export type NewForm = {
  name: string
  fields: Field[]
  on?: boolean
  title?: Record<string, string>
  intro?: Record<string, string>
  button?: Record<string, string>
  success?: Success
  display?: 'chat' | 'inline' | 'popup'
  popup?: Popup
  look?: FormsLook
  double_opt_in?: boolean
  letter?: Letter
  tags?: string[]
  lists?: number[]
}

/** A group to be made, with the agents in it. */
export type NewGroup = {
  name: string
  agents?: number[]
}

/** A view to be made; `shared` is for the team. */
export type NewInboxView = {
  name: string
  where: InboxQuestion
  sort?: 'due' | 'newest' | 'priority' | 'waiting'
  shared?: boolean
}

/** Whom to invite: with which role, into which groups. Without `mail` only the link is made. */
export type NewInvitation = {
  email: string
  role?: string
  name?: string
  groups?: number[]
  mail?: boolean
  language?: 'en' | 'pl'
}

/** A key to be made. Without `scopes` it may all that a key of its kind may; without `expires` it has no end. */
export type NewKey = {
  name: string
  kind?: 'mobile' | 'rest'
  scopes?: string[] | null
  expires?: string | null
}

/** A list to be made. */
export type NewList = {
  name: string
  description?: string
}

/** A reason to be made. */
export type NewLossReason = {
  name: string
  description?: string
}

/** A macro to be made. */
export type NewMacro = {
  name: string
  does: MacroDoes
  for?: 'all' | 'group' | 'me'
  group?: number | null
}

/** A mailbox to be read.
 * address   the address to which mail for it is sent; answers go to it with a mark behind a plus
 * begins    whether a mail that answers nothing begins a conversation, for `group` (else as others do)
 * checker   the mail server whose Authentication-Results are believed: the name at the beginning of the header */
export type NewMailbox = {
  address: string
  host: string
  user: string
  password: string
  security?: 'none' | 'starttls' | 'tls'
  port?: number | null
  folder?: string
  begins?: boolean
  group?: number | null
  checker?: string
}

/** A message as its author's client made it. The client id makes sending it twice the same as once.
 * `answers` is the automatic message that a visitor answers: the conversation begins with it. */
export type NewMessageBody = {
  client_id: string
  text: string
  attachments?: number[] | null
  form?: number | null
  answers?: number | null
  reply_to?: number | null
  size?: 'bubble' | 'full' | 'popup' | null
  buttons?: MessageButton[] | null
  picture?: number | null
}

/** Something that shows itself on the website: a modal, or (`kind` message) a chat message that is sent by itself.
 * layout, size   of a modal: where it stands, and how large
 * show_as        of a message: in the chat, as a card beside the launcher, or in the middle
 * author         of a message: the agent who says it; the company without one */
export type NewModal = {
  name: string
  blocks?: Block[]
  kind?: 'message' | 'modal'
  on?: boolean
  layout?: 'bottom' | 'center' | 'corner' | 'full' | 'top'
  size?: 'large' | 'medium' | 'small'
  accent?: string
  show_as?: 'bubble' | 'full' | 'popup'
  author?: number | null
  rules?: Rules
}

/** What the browser answered, and what the passkey is called. */
export type NewPasskey = {
  state: string
  origin: string
  credential: Record<string, unknown>
  name: string
}

/** The word of a mail's link, and the password from now on. */
export type NewPassword = {
  token: string
  password: string
}

/** A pipeline to be made; `currency` is that of deals which say none (by default that of the first pipeline). */
export type NewPipeline = {
  name: string
  description?: string
  currency?: string | null
  stages?: string[]
}

/** Conditions and words to be counted. A later preview of the same agent ends an earlier one. */
export type NewPreview = {
  where?: Record<string, unknown> | null
  subject?: 'activity' | 'company' | 'contact' | 'deal' | 'product' | 'ticket'
  search?: string
}

/** A product to be made: values by the names of attributes (`name`, `custom_id`, `price`); unknown names become attributes. */
export type NewProduct = {
  attributes: Record<string, unknown>
}

/** Who did what with which product.
 * contact, product  by our ids, or by your own (`…_custom_id`)
 * data              values of the product: they are kept with it, and unknown names become attributes
 * custom_data       values of this one occurrence
 * make_unknown      whether a product of an unknown custom id is made; without it there is none by that id */
export type NewProductEvent = {
  event_type: 'add' | 'add to cart' | 'add to observation' | 'checkout' | 'checkout option' | 'click' | 'detail' | 'liking' | 'order' | 'promo click' | 'purchase' | 'refund' | 'remove' | 'reservation' | 'return' | 'view'
  contact?: number | null
  contact_custom_id?: string | null
  product?: number | null
  product_custom_id?: string | null
  data?: Record<string, unknown>
  custom_data?: Record<string, unknown>
  at?: number | null
  make_unknown?: boolean
}

/** A role to be made. */
export type NewRole = {
  name: string
  permissions: string[]
}

/** Whom to enrich: a segment, those that conditions find, or contacts whose ids are named.
 * With `force` also those who were asked for lately. `subject` says what the conditions find. */
export type NewRun = {
  subject?: 'company' | 'contact'
  segment?: number | null
  where?: Record<string, unknown> | null
  contacts?: number[] | null
  force?: boolean
}

/** A segment to be made; `where` is a tree of conditions. */
export type NewSegment = {
  name: string
  where: Record<string, unknown>
  subject?: 'activity' | 'company' | 'contact' | 'deal' | 'product' | 'ticket'
  description?: string
}

/** A sender to be made. Without a port it has the usual one; the first one is the default. */
export type NewSender = {
  name?: string
  address: string
  from_name?: string
  host: string
  port?: number | null
  security?: 'none' | 'starttls' | 'tls'
  user?: string
  password?: string
  rate?: number
  default?: boolean
  sign?: boolean
  dkim_domain?: string
  dkim?: ('ed25519' | 'rsa')[]
}

/** A stage to be made; behind the others where `order` is absent. */
export type NewStage = {
  pipeline: number
  name: string
  description?: string
  order?: number | null
}

/** The first message to somebody who is on the website, or comes back to it. */
export type NewTalkBody = {
  client_id: string
  text: string
  size?: 'bubble' | 'full' | 'popup' | null
}

/** A template to be made. */
export type NewTemplate = {
  name: string
  subject?: string
  content: string
}

/** A ticket to be made; a draft unless it says something else. */
export type NewTicket = {
  name?: string | null
  description: string
  status?: 'active' | 'archived' | 'closed' | 'draft'
  custom_id?: string | null
  due?: number | string | null
  closed_at?: number | string | null
  assignee?: number | null
  contact?: number | null
  company?: number | null
  participants?: number[]
  priority?: number | null
  attachments?: Record<string, unknown> | null
  attributes?: Record<string, unknown>
}

/** A view to be made: `where` is a tree of conditions, `columns` are keys in their order, `shared` is for the team. */
export type NewView = {
  name: string
  where?: Record<string, unknown> | null
  search?: string
  sort?: string
  columns?: string[] | null
  shared?: boolean
}

/** A webhook to be made. `kinds` may be `*`; `form` is the body; `with_user` puts the user into User.com's form. */
export type NewWebhook = {
  url: string
  kinds: string[]
  name?: string
  form?: 'standard' | 'usercom'
  with_user?: boolean
  headers?: Record<string, string>
}

/** A widget to be made. */
export type NewWidget = {
  name: string
  settings?: WidgetSettings
}

/** What only agents see, with positions of its own. `mentions` are the agents whom it names, where it names any.
 * `kind` stands there where it is `edit` or `delete`: such a record changes the note `of`, and `text` is what that one
 * says now. `edited` is when this note was changed last, and `deleted` says that it was taken back. */
export type Note = {
  id: number
  conversation: number
  position: number
  client_id: string | null
  text: string
  author: Author
  at: string
  mentions?: number[]
  kind?: 'delete' | 'edit'
  of?: number
  edited?: string
  deleted?: boolean
}

/** A note as its author's client made it. `mentions` are the ids of agents whom its text names: they are told. */
export type NotesNewNoteBody = {
  client_id: string
  text: string
  mentions?: number[] | null
}

/** The ways for each kind of event, and when.
 * unassigned_of  `groups`: conversations that nobody has count as mine to take where they are for a group of mine, or for
 *                none; `all`: whatever the group
 * both           an e-mail too where a push went out and the message is still unread after the delay
 * delay          seconds until an e-mail; null takes the application's
 * quiet          nothing is sent in these times, but for the kinds of `always`; what is still unread is sent afterwards
 * zone           an IANA time zone; empty takes that of the opening hours
 * language       of what is sent; null takes the application's
 * sound          when the open panel rings, and how
 * badge          which unread conversations the panel counts in its title and on its icon */
export type NoticeRules = {
  mine?: ('desktop' | 'email' | 'push')[]
  unassigned?: ('desktop' | 'email' | 'push')[]
  others?: ('desktop' | 'email' | 'push')[]
  assigned?: ('desktop' | 'email' | 'push')[]
  mention?: ('desktop' | 'email' | 'push')[]
  sla?: ('desktop' | 'email' | 'push')[]
  unassigned_of?: 'all' | 'groups'
  both?: boolean
  delay?: number | null
  quiet?: Stretch[]
  always?: ('assigned' | 'mention' | 'mine' | 'others' | 'sla' | 'unassigned')[]
  zone?: string
  language?: 'en' | 'pl' | null
  sound?: SoundRule
  badge?: ('mine' | 'others' | 'unassigned')[]
}

/** What changes of a number; what is absent stays. */
export type NumberChangeBody = {
  name?: string
  rings?: 'everyone' | 'group' | 'voicemail'
  group?: number | null
}

/** Somebody on the website: where, since when, from where, and in which conversation. */
export type OnlineVisitor = {
  id: number
  name: string
  email: string | null
  known: boolean
  url: string
  title: string
  page_since: string | null
  here_since: string | null
  pages: number
  visits: number
  referrer: string
  campaign: string
  country: string | null
  city: string | null
  estimated: boolean
  device: string | null
  browser: string | null
  os: string | null
  segments: number[]
  talk: VisitorTalk | null
}

/** What the page of a link shows. */
export type OpenInvitation = {
  application: string
  email: string
  name: string
  by: string
}

/** A sign-in: `here` is the one that asks; `address` is the network only; `used` is known to five minutes. */
export type OpenSignIn = {
  id: number
  device: string
  address: string
  way: string
  created: string
  used: string
  here: boolean
}

/** The sign-ins of an agent, the one used last first. */
export type OpenSignIns = {
  sign_ins: OpenSignIn[]
}

/** Something done to many contacts: what, how far it is (0 to 1), how many are changed, and what became of it. */
export type Operation = {
  id: number
  what: string
  kind: 'attribute' | 'list' | 'tag'
  name: string
  adds: boolean
  value: unknown
  status: string
  progress: number
  changed: number
  by: string
  at: string
}

/** So many of a product, each for a value; what is not said comes from the product and the deal. */
export type OrderLine = {
  product?: number | null
  product_custom_id?: string | null
  quantity?: number | string
  value?: number | string | null
  currency?: string | null
}

/** A line of an order as it was written down; the product may be gone or cost something else by now. */
export type OrderedProduct = {
  product: number | null
  product_custom_id: string | null
  name: string | null
  quantity: string
  value: string
  currency: string
}

/** What came of it: `filled` lists the attributes that got a value; the message says it for people. */
export type Outcome = {
  status: 'busy' | 'failed' | 'found' | 'no_consent' | 'none' | 'nothing_to_ask' | 'off' | 'paused' | 'quota' | 'recent' | 'refused' | 'unfit' | 'waiting'
  message: string
  filled: string[]
}

/** To which group a conversation goes when nobody took it for so many minutes. */
export type Overflow = {
  group: number
  after: number
}

/** The columns that an agent sees without a view, in their order; null for the usual ones. */
export type OwnColumns = {
  columns: string[] | null
}

/** A number that the provider's account has, and nobody has taken over here yet. */
export type OwnNumber = {
  number: string
  kind: 'local' | 'mobile' | 'toll_free'
}

/** Such numbers. */
export type OwnNumbers = {
  numbers: OwnNumber[]
}

/** A passkey, as its owner sees it. */
export type OwnPasskey = {
  id: number
  name: string
  created: string
  used: string | null
}

/** A visit of a page. */
export type Page = {
  contact: number
  url: string
  title: string
  referrer: string
  at: string
  utm: Record<string, string>
}

/** A page and how many are on it. */
export type PageCount = {
  url: string
  title: string
  count: number
}

/** The address of the page on which somebody wants to sign in. */
export type PasskeyAsked = {
  origin: string
}

/** The password again, and the address of the page that asks. */
export type PasskeyBegin = {
  password?: string
  origin: string
}

/** What the browser is asked, as WebAuthn writes it in JSON, and what comes back with its answer. */
export type PasskeyChallenge = {
  state: string
  options: Record<string, unknown>
}

/** Another name for a passkey. */
export type PasskeyChangeBody = {
  name: string
}

/** What the browser answered; `step` where the password came before, `application` where there are several. */
export type PasskeyGiven = {
  state: string
  origin: string
  credential: Record<string, unknown>
  step?: string | null
  application?: number | null
}

/** Which passkey to remove, with the password again. */
export type PasskeyGoneBody = {
  password?: string
}

/** The password of now, and the one from now on. */
export type PasswordChange = {
  current: string
  password: string
}

/** Something that a role can allow; `yours` says that whoever asks may do it. */
export type PermissionTold = {
  name: string
  area: string
  sentence: string
  yours: boolean
}

/** An account as it is shown: of its secret only the end. `numbers_monthly` is what its numbers cost a month. */
export type PhoneAccount = {
  provider: 'telnyx' | 'twilio'
  account: string
  secret: string
  country: string
  countries: string[]
  calls_at_once: number
  minutes_a_day: number
  texts_a_day: number
  used: Usage
  numbers_monthly: Price[]
  connected: string
  by: string
  revision: number
}

/** The provider took the key; what is left on the account, where it says so. */
export type PhoneChecked = {
  left: Price | null
}

/** What changes of the limits: which countries may be called and texted, calls at once, minutes a day (UTC), both ways
 * together, and texts that go out a day (0 for none). */
export type PhoneLimits = {
  countries?: string[]
  calls_at_once?: number
  minutes_a_day?: number
  texts_a_day?: number
}

/** A trunk, without its passwords. */
export type PhoneLine = {
  id: number
  name: string
  host: string
  port: number
  transport: 'tcp' | 'udp'
  user: string
  domain: string
  realm: string
  numbers: LineNumber[]
  countries: string[]
  peers: string[]
  keeps: 'nothing' | 'options' | 'register'
  guarded: boolean
  public: string
  bind: number
  lines: number
  minutes_a_day: number
  minutes_today: number
  on: boolean
  state: LineState
  created: string
  revision: number
}

/** Which trunk, and what changes of it. */
export type PhoneLineChangeBody = {
  name?: string
  host?: string
  port?: number
  transport?: 'tcp' | 'udp'
  user?: string
  password?: string
  domain?: string
  realm?: string
  numbers?: LineNumber[]
  countries?: string[]
  peers?: string[]
  keeps?: 'nothing' | 'options' | 'register'
  guard?: string
  public?: string
  bind?: number
  lines?: number
  minutes_a_day?: number
  on?: boolean
}

/** What changes of a trunk. Another host, port, transport or user needs the password anew.
 * numbers    what is called on it; the first one is who calls
 * countries  which may be called (ISO 3166, two letters); the first one is where numbers without a prefix are
 * domain     what stands behind the @, where it is not the host; `realm`: prove the password to this one alone
 * peers      more names, addresses and networks that calls come from
 * keeps      `register`: the provider is told where we are; `options`: it knows, and is asked whether it is there; `nothing`
 * guard      a password that the provider has to prove with each call; empty for none
 * public     the address that the provider is told, where ours is behind a translation
 * bind       the port at which calls come in; 0 for any, where the trunk registers
 * lines      calls at once
 * minutes_a_day  of its calls (UTC), in both ways together; 0 for no limit */
export type PhoneLineGiven = {
  name?: string
  host?: string
  port?: number
  transport?: 'tcp' | 'udp'
  user?: string
  password?: string
  domain?: string
  realm?: string
  numbers?: LineNumber[]
  countries?: string[]
  peers?: string[]
  keeps?: 'nothing' | 'options' | 'register'
  guard?: string
  public?: string
  bind?: number
  lines?: number
  minutes_a_day?: number
  on?: boolean
}

/** All trunks of the application. */
export type PhoneLines = {
  lines: PhoneLine[]
}

/** A number of the application.
 * state    `buying` until the provider has said what became of it, `pending` until it works there, `ready`
 * rings    what an incoming call does: it rings everyone, one group, or goes to voicemail at once
 * monthly  what it costs a month, as the provider said when it was bought; null where it does not say */
export type PhoneNumber = {
  id: number
  number: string
  name: string
  kind: 'local' | 'mobile' | 'toll_free'
  abilities: ('sms' | 'voice')[]
  state: 'buying' | 'pending' | 'ready'
  rings: 'everyone' | 'group' | 'voicemail'
  group: number | null
  monthly: Price | null
  bought: string
  by: string
  revision: number
}

/** The numbers of the application. */
export type PhoneNumbers = {
  numbers: PhoneNumber[]
}

/** A number that can be bought. `offer` is said when it is bought: nobody buys at a price that was not shown.
 * papers   what has to be handed in at the provider before it works: nothing, an address, documents */
export type PhoneOffer = {
  number: string
  place: string
  kind: 'local' | 'mobile' | 'toll_free'
  abilities: ('sms' | 'voice')[]
  papers: '' | 'address' | 'documents'
  monthly: Price | null
  setup: Price | null
  offer: string
}

/** Numbers that can be bought now, twenty at most. */
export type PhoneOffers = {
  offers: PhoneOffer[]
}

/** The account, if there is one; the providers that there are, the countries that have numbers, and whether the server
 * has an address that a provider can reach (`HUB_PUBLIC_URL`). */
export type PhoneSetting = {
  account: PhoneAccount | null
  providers: string[]
  countries: string[]
  reachable: boolean
}

/** A QR code as one path of an SVG drawing, `size` units wide and high. */
export type Picture = {
  size: number
  path: string
}

/** A pipeline with its stages in order. */
export type Pipeline = {
  id: number
  name: string
  description: string
  currency: string
  order: number
  stages: Stage[]
  created: string
  updated: string
}

/** What changes of a pipeline; `order` is its place among the pipelines, from 0. */
export type PipelineChangeBody = {
  name?: string
  description?: string
  currency?: string
  order?: number
}

/** All pipelines of an application, in order. */
export type Pipelines = {
  pipelines: Pipeline[]
}

/** The times of a plan, by category. */
export type PlanTimes = {
  critical: Times
  major: Times
  minor: Times
}

/** When a pop-up shows itself: whichever of these comes first; without any of them at once.
 * delay     seconds on the page
 * scroll    how far the page was scrolled, in percent
 * leaving   the pointer leaves the page at the top
 * urls      globs of the pages on which it may; none for all
 * once      how often for one person: once, once a visit, or on each page until it is filled in */
export type Popup = {
  delay: number | null
  scroll: number | null
  leaving: boolean
  urls: string[]
  once: 'page' | 'session' | 'visitor'
}

/** How far each side has come in the stream. */
export type Positions = {
  contact: number
  agent: number
}

/** Which template, as which contact would read it; without one, as somebody of whom nothing is known. */
export type PreviewBody = {
  contact?: number | null
}

/** How many there are, of how many; `exact` where all were looked at; and some of them. */
export type PreviewPreview = {
  count: number
  total: number
  exact: boolean
  some: ContactRef[]
}

/** An amount as text, `1.15`, and its currency (ISO 4217). */
export type Price = {
  amount: string
  currency: string
}

/** How urgent a conversation is; null for no word of it. */
export type PrioritiseConversationBody = {
  priority: 'high' | 'low' | 'normal' | 'urgent' | null
}

/** A product. `price` is an exact decimal as text; the currency is that of whoever buys. */
export type Product = {
  id: number
  custom_id: string | null
  name: string | null
  price: string | null
  attributes: Record<string, unknown>
  created: string
  updated: string
  revision: number
}

/** Values that change, by the names of their attributes; null takes one away. */
export type ProductChangeBody = {
  attributes: Record<string, unknown>
}

/** A product by your own id, and values of it. */
export type ProductOfYours = {
  custom_id: string
  attributes?: Record<string, unknown>
}

/** A product where a deal speaks of it. */
export type ProductReference = {
  id: number
  custom_id: string | null
  name: string | null
}

/** A contact, and its values of all attributes, the standard ones too, by their `std`.
 * `sources` has those that enrichment filled in; all others are from people. */
export type Profile = {
  contact: ContactDetail
  values: Record<string, unknown>
  sources: Record<string, Source>
  enriched: Enriched
}

/** What changes of oneself; what is absent stays as it is. */
export type ProfileChange = {
  name?: string
}

/** By which policy a conversation is answered, and what is due next: which kind, when, and when it is said to be near.
 * `left` are the milliseconds that were left when it was put aside: meanwhile no time passes. `broken` are the promises that
 * were not kept. */
export type Promise = {
  policy: number
  kind: 'first' | 'next' | 'resolution' | null
  due: string | null
  warn: string | null
  left: number | null
  broken: ('first' | 'next' | 'resolution')[]
}

/** The password, asked again where somebody else at an open window must not pass; empty for who has none. */
export type Proof = {
  password?: string
}

/** What changes; what is absent stays. `fcm` is the text of a service account's key file, null forgets it.
 * visitors   offer visitors of the website to be told of answers
 * preview    messages say what was written; else only that somebody wrote */
export type PushChange = {
  visitors?: boolean
  preview?: boolean
  fcm?: string | null
}

/** A browser of yours that takes messages; `used` is when one was taken last, or when it was added. */
export type PushDevice = {
  id: number
  name: string
  created: string
  used: string
  failures: number
}

/** What an application wants of push messages.
 * problem    what Firebase said last, where it refused the account
 * operator   whether push services are told whom to write to; Apple's refuses who does not say */
export type PushSetting = {
  visitors: boolean
  preview: boolean
  fcm: FcmAccount | null
  problem: string | null
  operator: boolean
}

/** What the push service said: `sent` where it took the message; it has arrived when the browser says so. */
export type PushTried = {
  result: 'away' | 'gone' | 'refused' | 'sent' | 'unknown'
  said: string
}

/** The address of the browser that a message is to arrive in, and a word by which it is known there. */
export type PushTry = {
  endpoint: string
  test: string
  title?: string
  body?: string
}

/** How many conversations wait for an agent, since when the first one, the first fifty of them, and who has how much. */
export type Queue = {
  waiting: number
  since: string | null
  conversations: Conversation[]
  agents: Workload[]
}

/** The message that another one answers, with its first words. */
export type Quote = {
  id: number
  position: number
  author: Author
  text: string
  deleted?: boolean
}

/** The figures of one day, UTC. */
export type RatedDay = {
  day: string
  answers: number
  satisfied: number
}

/** The figures of one agent or one label; the name is that of now, of an agent who left that of then. */
export type RatedOne = {
  id: number
  name: string
  figure: RatingFigure
}

/** What was asked about a conversation after it was closed, and the answer: from 1 (very bad) to 5 (very good).
 * Without an answer `score` and `answered` are null. */
export type Rating = {
  id: number
  asked: string
  score: number | null
  comment: string
  answered: string | null
}

/** How many answered, how many of them were satisfied (4 or 5), their mean, and how many wrote why. */
export type RatingFigure = {
  answers: number
  satisfied: number
  mean: number | null
  comments: number
}

/** `asked` is how often was asked in these days, of everybody; the scores say how often each one was given. */
export type RatingReport = {
  asked: number
  total: RatingFigure
  scores: number[]
  agents: RatedOne[]
  labels: RatedOne[]
  days: RatedDay[]
}

/** How visitors are asked; an empty question is the one that we have in its language.
 * comment   whether some words may be added
 * wait      minutes between the closing and the question
 * mail      whether who is away gets the question by e-mail
 * except_labels   conversations with one of these labels are never asked about: spam, tests */
export type RatingRules = {
  on: boolean
  question_en: string
  question_pl: string
  comment: boolean
  wait: number
  mail: boolean
  except_labels: number[]
}

/** What was asked and answered about a conversation, the newest first. */
export type RatingsOfConversation = {
  ratings: Rating[]
}

/** How many it is shown to, and how many are on the website at this moment. */
export type Reach = {
  count: number
  online: number
}

/** Who gets a letter. */
export type Recipient = {
  kind: 'agent' | 'contact'
  id: number
}

/** An event as it was kept; `is_new` where nobody had sent one of this name before. */
export type RecordedEvent = {
  id: number
  name: string
  is_new: boolean
}

/** A product event as it was kept; `created` where it made the product. */
export type RecordedProductEvent = {
  id: number
  product: number
  created: boolean
}

/** What was recorded of a call.
 * state  `running` until the worker has closed it, `kept`, or `failed` where there was nothing to keep
 * why    what went wrong, where something did: a full disk ends a recording, and never the call
 * urls   signed addresses of Ogg files for an hour, by part: mixed, contact, agent
 * peaks  how loud it is from its beginning to its end, some thousand values of 0 to 100 */
export type Recording = {
  id: number
  call: number
  state: 'failed' | 'kept' | 'running'
  why: string
  began: string
  seconds: number
  size: number
  urls: Record<string, string>
  peaks: number[]
  expires: string | null
}

/** The last words, for lists. */
export type RecordsPreview = {
  text: string
  kind: 'delete' | 'edit' | 'event' | 'text'
  author: Author
  at: string
}

/** Codes for when the phone is lost, for the only time; each works once. */
export type RecoveryCodes = {
  codes: string[]
}

/** A contact or a company where something else speaks of it. */
export type Reference = {
  id: number
  name: string
  custom_id: string | null
  email: string | null
}

/** What was not taken: which list, which place in it, and why. */
export type Refusal = {
  list: string
  index: number
  error: string
}

/** What a contact reads. */
export type Rendered = {
  subject: string
  content: string
  text: string
}

/** How many deliveries are sent again. */
export type Replayed = {
  count: number
}

/** After how many days each kind of data is erased; null keeps it.
 * conversations  those closed for so long, with their files
 * answers        what people answered to forms
 * visitors       those of whom nothing is known but where they were and what they did there, and who have not come back */
export type Retention = {
  pages: number | null
  events: number | null
  conversations: number | null
  answers: number | null
  visitors: number | null
}

/** A role: `id` is `owner`, `admin`, `agent`, or the number of an own one as text. `name` is empty for built-in ones.
 * `agents` is how many have it; `yours` says that whoever asks may do all of it, and so may give it. */
export type Role = {
  id: string
  name: string
  built_in: boolean
  permissions: string[]
  agents: number
  yours: boolean
}

/** What changes of a role; what is absent stays as it is. */
export type RoleChangeBody = {
  name?: string
  permissions?: string[]
}

/** All roles of the application, the built-in ones first, and what they are made of. */
export type Roles = {
  roles: Role[]
  permissions: PermissionTold[]
}

/** How conversations are handed out.
 * method      `manual`: agents take them; `round_robin`: whoever got one longest ago; `least_busy`: whoever has fewest
 * last_first  whoever had the contact's conversation before, if they are available
 * outside     outside of the hours conversations `wait` in the queue, or are handed out all the same (`route`) */
export type RouteRule = {
  method: 'least_busy' | 'manual' | 'round_robin'
  last_first: boolean
  outside: 'route' | 'wait'
  overflow: Overflow | null
}

/** Who gets which conversation.
 * usual       of conversations of no group, and of groups without a rule of their own
 * capacity    open conversations of an agent at most; `capacities` are those of single agents
 * persons     segments that belong to an agent; the first one that fits counts
 * requeue     what waits for an answer goes back to the queue when its agent has been gone for `grace` seconds */
export type RoutingRules = {
  usual: RouteRule
  groups: GroupRoute[]
  capacity: number
  capacities: AgentCapacity[]
  persons: AgentRoute[]
  requeue: boolean
  grace: number
}

/** Why a row was refused; row 1 is the header. */
export type RowError = {
  row: number
  reason: string
}

/** When something shows itself.
 * where           conditions for the contact; everybody without them
 * urls, not_urls  globs of the pages on which it may, and on which it may not
 * delay           seconds on the page
 * scroll          how far the page was scrolled, in percent
 * leaving         the pointer leaves the page at the top; whichever of these three comes first, without any at once
 * often           how often for one person: always, once a visit, once, once in so many `days`, or once a visit until clicked
 * most            at most so many times in all
 * visitors        only on a first visit, or only for who comes back
 * hours           only while the team is there by its opening hours, or only while it is not
 * starts, ends    not before, and not after (UTC milliseconds)
 * priority        of several at the same moment the highest shows, and the others wait for another page */
export type Rules = {
  where: Record<string, unknown> | null
  urls: string[]
  not_urls: string[]
  delay: number | null
  scroll: number | null
  leaving: boolean
  often: 'always' | 'days' | 'once' | 'session' | 'until_clicked'
  days: number
  most: number | null
  visitors: 'any' | 'first' | 'returning'
  hours: 'any' | 'closed' | 'open'
  starts: number | null
  ends: number | null
  priority: number
}

/** Which macro, in which conversation. The client id makes running it twice the same as once. */
export type RunMacroBody = {
  conversation: number
  client_id: string
}

/** The picture of a report, as a data address; empty where there is none. */
export type Screenshot = {
  image: string
}

/** Words, each of which a word of the message begins with; which conversations; said from and to (UTC milliseconds). */
export type SearchConversations = {
  text: string
  where?: InboxQuestion
  said_from?: number | null
  said_to?: number | null
  below?: number | null
}

/** What somebody has beside the password. `required` by the application; `missing` says that nothing else is allowed yet.
 * `password` says whether they have one: who only comes by single sign-on has none. */
export type SecondFactors = {
  totp: boolean
  since: string | null
  recovery_left: number
  passkeys: OwnPasskey[]
  required: boolean
  missing: boolean
  password: boolean
}

/** The code of the phone, or a recovery code. */
export type SecondGiven = {
  step: string
  code: string
}

/** The password was right, and is not enough: the same `step` is given back with a code, or a passkey's answer. */
export type SecondStep = {
  step: string
  ways: ('passkey' | 'recovery' | 'totp')[]
}

/** `second`: everybody needs a second factor; who has none sets one up before anything else. */
export type SecurityRule = {
  second: boolean
}

/** A segment as agents see it. While it is `building`, its size still grows. */
export type Segment = {
  id: number
  name: string
  subject: 'activity' | 'company' | 'contact' | 'deal' | 'product' | 'ticket'
  description: string
  where: Record<string, unknown>
  status: 'building' | 'ready'
  size: number
  created: string
  updated: string
}

/** What changes of a segment; what is absent stays as it is. */
export type SegmentChangeBody = {
  name?: string
  where?: Record<string, unknown>
  description?: string
}

/** All segments of an application. */
export type Segments = {
  segments: Segment[]
}

/** What a condition or a group says about a contact, with the answers of its parts. */
export type SegmentsAnswer = {
  holds: boolean
  condition: Record<string, unknown> | null
  group: 'all' | 'any' | 'none' | null
  parts: SegmentsAnswer[]
}

/** An e-mail to some contacts: a template, or a subject and HTML in Liquid. `agent` is in whose name it comes. */
export type SendEmail = {
  contacts: number[]
  template?: number | null
  subject?: string
  content?: string
  agent?: number | null
  sender?: string
}

/** What changes of a sender; what is absent stays. A password belongs to its server: another host needs it again. */
export type SenderChangeBody = {
  name?: string
  address?: string
  from_name?: string
  host?: string
  port?: number | null
  security?: 'none' | 'starttls' | 'tls'
  user?: string
  password?: string
  rate?: number
  default?: boolean
  sign?: boolean
  dkim_domain?: string
  dkim?: ('ed25519' | 'rsa')[]
}

/** Why a sender is paused: the step that failed, or `slow` where its server wants less; since when, and until when. */
export type SenderTrouble = {
  step: 'connect' | 'send' | 'sign_in' | 'tls' | 'slow'
  said: string
  since: string
  until: string
}

/** The plan of a customer; `times` of their own where something shorter was agreed on. */
export type ServiceChangeBody = {
  plan: 'basic' | 'premium'
  times?: PlanTimes | null
}

/** The state that somebody gives a colleague by hand. */
export type SetAgentAvailabilityBody = {
  state: 'available' | 'away' | 'busy'
}

/** The state that an agent takes by hand. */
export type SetAvailability = {
  state: 'available' | 'away' | 'busy'
}

/** A part of a modal as a page shows it; `picture` is its uploaded image, with an address that is good for a while. */
export type ShownBlock = {
  kind: 'button' | 'form' | 'heading' | 'image' | 'text'
  text: Record<string, string>
  url: string
  act: 'chat' | 'close' | 'link' | 'reply'
  reply: Record<string, string>
  picture: Attachment | null
  form: number | null
}

/** What the sign-in page sends; `application` only where the person has several. */
export type SignIn = {
  email: string
  password: string
  application?: number | null
}

/** An application that the person may sign in to. */
export type SignInChoice = {
  id: number
  name: string
}

/** The token, for the only time, and what it opens. */
export type SignedIn = {
  token: string
  agent: Record<string, unknown>
  application: Record<string, unknown>
}

/** The sizes of a segment by day, oldest first. */
export type SizeHistory = {
  days: DaySize[]
}

/** How often one promise of a policy was kept and broken. */
export type SlaFigure = {
  policy: number
  name: string
  kind: 'first' | 'next' | 'resolution'
  met: number
  missed: number
}

/** All promises of an application, in the order in which they are asked. */
export type SlaPolicies = {
  policies: SlaPolicy[]
}

/** A promise: minutes until the first answer, each next answer, and the end of the conversation; null for none.
 * id          0 for a new one
 * business    minutes of the opening hours of its group; else all minutes
 * warn        per cent of the time after which it is said to be near
 * groups, priorities, segments   for which conversations; empty for all. `segments` are those of the contact */
export type SlaPolicy = {
  id: number
  name: string
  on: boolean
  first: number | null
  next: number | null
  resolution: number | null
  business: boolean
  warn: number
  groups: number[]
  priorities: ('high' | 'low' | 'normal' | 'urgent')[]
  segments: number[]
}

/** The figures of all policies that are there. */
export type SlaReport = {
  figures: SlaFigure[]
}

/** Until when to put a conversation aside, in UTC milliseconds. */
export type SnoozeConversationBody = {
  until: number
}

/** When the open panel rings, and how.
 * kinds    what rings; null takes what the panel tells of (`desktop`)
 * each     `message`: every one; `conversation`: once for each conversation, until it is read
 * focused  also while the agent is in the panel, though not in that conversation
 * tone     one of the sounds that the panel can make
 * volume   percent; 0 is silence */
export type SoundRule = {
  kinds: ('assigned' | 'mention' | 'mine' | 'others' | 'sla' | 'unassigned')[] | null
  each: 'conversation' | 'message'
  focused: boolean
  tone: 'bell' | 'chime' | 'knock'
  volume: number
}

/** Which provider said a value, and when. */
export type Source = {
  by: string
  at: string
}

/** The rule without its secret; `redirect` is what the provider has to know, `address` is where agents begin.
 * `yours` says that whoever asks may change it. */
export type Sso = {
  on: boolean
  issuer: string
  client_id: string
  has_secret: boolean
  domains: string[]
  create: boolean
  role: string
  enforce: boolean
  redirect: string
  address: string
  yours: boolean
}

/** The widget key of the application that somebody wants to sign in to. */
export type SsoBegin = {
  application: string
}

/** Where the browser goes, and the secret that it keeps until it comes back. */
export type SsoBegun = {
  url: string
  secret: string
}

/** What the provider sent back with the browser, and the secret that it kept. */
export type SsoFinish = {
  code: string
  state: string
  secret: string
}

/** The provider of an application. An absent `secret` stays as it is while the issuer does.
 * domains   addresses of these only; an empty list takes any
 * create    whoever the provider names and who is no agent yet becomes one, with `role`
 * enforce   agents sign in no other way, but for owners */
export type SsoRule = {
  on: boolean
  issuer?: string
  client_id?: string
  secret?: string
  domains?: string[]
  create?: boolean
  role?: string
  enforce?: boolean
}

/** A stage of a pipeline; `order` is its place, from 0. One with `leaving_for` goes as soon as its deals have moved there. */
export type Stage = {
  id: number
  name: string
  description: string
  pipeline: number
  order: number
  leaving_for: number | null
}

/** What changes of a stage; `order` is its new place in its pipeline, from 0. */
export type StageChangeBody = {
  name?: string
  description?: string
  order?: number
}

/** A pipeline and all its stages in their new order. */
export type StageOrderBody = {
  stages: number[]
}

/** How many deals of each status stand in a stage, and the sums of their values by status and currency. */
export type StageTotals = {
  deals: number
  by_status: Record<string, number>
  values: Record<string, Record<string, string>>
}

/** Stages in order. */
export type Stages = {
  stages: Stage[]
}

/** A step that somebody ticks, or takes the tick from, by hand. */
export type StepDone = {
  step: 'chat' | 'invite' | 'look' | 'mail' | 'push' | 'snippet'
  done?: boolean
}

/** A time of some days, in which it begins; where its end is not behind its beginning, it ends on the day after. */
export type Stretch = {
  days: number[]
  begins: string
  ends: string
}

/** What a contact answered. `status` is done, asked (the mail is not answered yet) or confirmed. */
export type Submission = {
  id: number
  form: number
  name: string
  contact: number
  who: string
  status: 'asked' | 'confirmed' | 'done'
  answers: SubmissionsAnswer[]
  page: string
  at: string
}

/** Some submissions, newest first; without a cursor there are no more. */
export type SubmissionPage = {
  submissions: Submission[]
  cursor: string | null
}

/** A question as it was asked, and what somebody answered: words, as they are read. */
export type SubmissionsAnswer = {
  key: string
  label: string
  value: string
}

/** What follows a submission: words of thanks, or another page (http or https). */
export type Success = {
  text: Record<string, string>
  redirect: string
}

/** The deadlines, and the plan of each customer. */
export type SupportTerms = {
  terms: Terms
  customers: Customer[]
}

/** A tag and its new name. */
export type TagChangeBody = {
  name: string
}

/** Which contact, and the tag by its name. */
export type TagContactBody = {
  tag: string
}

/** The tag that stays, and those that become part of it. */
export type TagMergeBody = {
  others: number[]
}

/** The name of a tag to be made. */
export type TagName = {
  name: string
}

/** A tag that was put on a contact; `created` where nobody had it before. */
export type Tagged = {
  tag: Named
  created: boolean
}

/** A number that the account has already, and what an incoming call is to do from now on. */
export type TakeNumber = {
  phone: string
  name?: string
  rings?: 'everyone' | 'group' | 'voicemail'
  group?: number | null
}

/** How many were kept, and which were not. */
export type Taken = {
  accepted: number
  refused: Refusal[]
}

/** A mail that was read: it `became` a message, a bounce or a complaint, or was kept out, and `why`. */
export type TakenMail = {
  id: number
  sender: string
  subject: string
  at: string
  became: 'bounce' | 'complaint' | 'kept_out' | 'message'
  why: string
  conversation: number | null
}

/** The newest mails of a mailbox, the newest first. */
export type TakenMails = {
  mails: TakenMail[]
}

/** An agent as an owner sees it; `role` is the id of a role. `yours` says that whoever asks may change the agent. */
export type TeamAgent = {
  id: number
  name: string
  email: string
  role: string
  yours: boolean
}

/** All agents of the application. */
export type TeamAgents = {
  agents: TeamAgent[]
}

/** A template in one of its versions; `updated` is when that version was written. */
export type Template = {
  id: number
  name: string
  subject: string
  content: string
  version: number
  created: string
  updated: string
}

/** What changes of a template; what is absent stays as it is. */
export type TemplateChangeBody = {
  name?: string
  subject?: string
  content?: string
}

/** A page of templates by their names, and how many there are. */
export type Templates = {
  templates: Template[]
  count: number
  cursor: string | null
}

/** What the operator promises: the times of both plans, and the business hours with their holidays. */
export type Terms = {
  basic: PlanTimes
  premium: PlanTimes
  zone: string
  week: Stretch[]
  holidays: Holiday[]
}

/** A ticket; `token` is a word that nobody guesses, for addresses that lead to it. */
export type Ticket = {
  id: number
  name: string | null
  description: string
  status: string
  status_history: TicketStep[]
  custom_id: string | null
  token: string
  due: string | null
  closed_at: string | null
  assignee: number | null
  contact: Reference | null
  company: Reference | null
  participants: Reference[]
  priority: number | null
  attachments: unknown
  attributes: Record<string, unknown>
  created_by: WrittenBy
  created: string
  updated: string
  revision: number
}

/** What changes of a ticket. */
export type TicketChangeBody = {
  name?: string | null
  description?: string
  status?: 'active' | 'archived' | 'closed' | 'draft'
  custom_id?: string | null
  due?: number | string | null
  closed_at?: number | string | null
  assignee?: number | null
  contact?: number | null
  company?: number | null
  participants?: number[]
  priority?: number | null
  attachments?: Record<string, unknown> | null
  attributes?: Record<string, unknown>
}

/** Since when a ticket had a status. */
export type TicketStep = {
  status: string
  entered_at: string
}

/** A page of a timeline; without a cursor there is nothing older. */
export type Timeline = {
  entries: Entry[]
  cursor: string | null
}

/** Minutes until the first answer and until the repair; `business` counts those of the business hours only. */
export type Times = {
  response: number
  repair: number
  business: boolean
}

/** The code that the phone shows. */
export type TotpCode = {
  code: string
}

/** What a phone is told, as a picture and in letters. */
export type TotpSetup = {
  secret: string
  address: string
  picture: Picture
}

/** Whether the chat offers it. */
export type TranscriptRule = {
  on: boolean
}

/** How a page would get it, and whether people could read it in light and in dark. */
export type TriedWidget = {
  look: LooksLook
  light: WidgetContrast
  dark: WidgetContrast
}

/** Whether agents see what is being written. */
export type TypingPreview = {
  on: boolean
}

/** Where to PUT the bytes, and the id to name in the message. */
export type Upload = {
  id: number
  url: string
}

/** An activity that was made, or was there. */
export type UpsertedActivity = {
  activity: Activity
  created: boolean
}

/** A company that was made, or was there. */
export type UpsertedCompany = {
  company: Company
  created: boolean
}

/** A contact that was made, or was there. */
export type UpsertedContact = {
  contact: ContactDetail
  created: boolean
}

/** A deal that was made, or was there. */
export type UpsertedDeal = {
  deal: Deal
  created: boolean
}

/** A product that was made, or was there. */
export type UpsertedProduct = {
  product: Product
  created: boolean
}

/** What was used in this month and today (UTC), and what it cost so far; prices come from the provider, often later. */
export type Usage = {
  month: string
  calls: number
  minutes: number
  minutes_today: number
  texts: number
  texts_today: number
  costs: Price[]
}

/** A view as agents see it; `own` says that the one who asks made it. */
export type View = {
  id: number
  name: string
  shared: boolean
  own: boolean
  by: string
  where: Record<string, unknown> | null
  search: string
  sort: string
  columns: string[] | null
  created: string
  updated: string
}

/** What changes of a view; what is absent stays as it is. */
export type ViewChangeBody = {
  name?: string
  where?: Record<string, unknown> | null
  search?: string
  sort?: string
  columns?: string[] | null
  shared?: boolean
}

/** How many conversations each view finds, by its id. */
export type ViewCounts = {
  counts: Record<string, Counted>
}

/** Views in the order in which they are to stand. */
export type ViewOrder = {
  views: number[]
}

/** The views that somebody may see, in their order, and the columns of the table without one. */
export type Views = {
  views: View[]
  columns: string[] | null
}

/** A place on the map and how many are there; without coordinates it is not on the map. */
export type VisitorPlace = {
  country: string | null
  city: string | null
  latitude: number | null
  longitude: number | null
  estimated: boolean
  count: number
}

/** The conversation that a visitor is in, and with whom. */
export type VisitorTalk = {
  conversation: number
  assignee: number | null
  name: string | null
}

/** A part of the list, with how many are there at all (`total`), how many are found, and where these are. */
export type Visitors = {
  total: number
  found: number
  visitors: OnlineVisitor[]
  pages: PageCount[]
  countries: Record<string, number>
  places: VisitorPlace[]
}

/** Which of those who are there, and which part of the list. The newest visit comes first.
 * search   words of the name, the address, the page or its title
 * page     the address of the page that they are on
 * country  two letters
 * known    true: those with a name or an address; false: those of whom nothing is known */
export type VisitorsOf = {
  search?: string
  page?: string | null
  country?: string | null
  segment?: number | null
  known?: boolean | null
  offset?: number
  limit?: number
}

/** A webhook.
 * off       why it is off: `people` switched it off, its receiver is `gone` (410), or was `failing` for days
 * failing   since when no delivery has come through, or null
 * rotating  until when the old secret signs too, or null */
export type Webhook = {
  id: number
  name: string
  url: string
  kinds: string[]
  form: 'standard' | 'usercom'
  with_user: boolean
  headers: Record<string, string>
  on: boolean
  off: 'failing' | 'gone' | 'people' | null
  failing: string | null
  rotating: string | null
  created: string
  by: string
  revision: number
}

/** What changes of a webhook. Switched on, it is tried anew. */
export type WebhookChangeBody = {
  url?: string
  kinds?: string[]
  name?: string
  form?: 'standard' | 'usercom'
  with_user?: boolean
  headers?: Record<string, string>
  on?: boolean
}

/** All webhooks of the application, and the kinds that can be asked for with what they mean. */
export type Webhooks = {
  webhooks: Webhook[]
  kinds: Record<string, string>
}

/** A widget as the panel shows it. `key` is what a snippet names; `logo_url` is a path on this server. */
export type Widget = {
  id: number
  key: string
  name: string
  settings: WidgetSettings
  logo_url: string
  updated: string | null
}

/** What changes of a widget; what is absent stays as it is. `settings` are given as a whole or in part. */
export type WidgetChangeBody = {
  name?: string
  settings?: Record<string, unknown>
}

/** The ratios in one theme: what stands on the accent, the accent on its ground, texts on the ground.
 * `poor` names those that are too low: 4.5 for text, 3 for controls. */
export type WidgetContrast = {
  on_accent: number
  accent: number
  text: number
  muted: number
  poor: string[]
}

/** All widgets, in the order in which a page tries them: the default one last. */
export type WidgetList = {
  widgets: Widget[]
}

/** Where and when a widget shows itself; everything that is said has to hold.
 * urls     globs of the pages on which it does; none for all
 * not_on   globs of the pages on which it does not
 * device   phones have less than 480 pixels
 * delay    seconds on the page
 * scroll   how far the page was scrolled, in percent
 * hours    `open` hides it outside of the opening hours
 * where    conditions on the contact, as segments have them; who is not known yet fulfils none */
export type WidgetRules = {
  urls: string[]
  not_on: string[]
  device: 'all' | 'computer' | 'phone'
  delay: number
  scroll: number
  hours: 'always' | 'open'
  where: Record<string, unknown> | null
}

/** All that can be said of a widget.
 * accent, accent_dark   empty takes the usual one; without a dark one the light one serves both
 * theme                 `auto` follows the visitor's browser
 * logo                  an uploaded picture, in the header for the faces
 * side, x, y            where it stands, and how far from the edges
 * mode, place           `inline` puts it into the element that the selector `place` finds
 * form                  is asked before the first message
 * variables             names and values of a closed list (hub/chat/widgets/variables.py) */
export type WidgetSettings = {
  on: boolean
  texts: WidgetTexts
  accent: string
  accent_dark: string
  theme: 'auto' | 'dark' | 'light'
  logo: number | null
  side: 'left' | 'right'
  x: number
  y: number
  launcher: 'chat' | 'hand' | 'mail' | 'none' | 'question'
  mode: 'full' | 'inline' | 'side' | 'window'
  place: string
  form: number | null
  rules: WidgetRules
  variables: Record<string, string>
}

/** The texts of both languages. */
export type WidgetTexts = {
  en: WidgetWords
  pl: WidgetWords
}

/** Settings that nobody has saved yet. */
export type WidgetTry = {
  settings: WidgetSettings
}

/** What a widget says in one language; an empty text leaves the usual one.
 * title        in the header, for the name of the application
 * greeting     in large letters, before anybody has written
 * intro        below it
 * offline      in its place while nobody of the team is there
 * placeholder  in the field
 * launcher     beside the icon of the launcher, which is round without it */
export type WidgetWords = {
  title: string
  greeting: string
  intro: string
  offline: string
  placeholder: string
  launcher: string
}

/** Which deal was won, and when (now where it is absent). */
export type WinDealBody = {
  at?: number | string | null
}

/** How much an agent has: open conversations, and how many it gets at most. */
export type Workload = {
  agent: number
  state: 'available' | 'away' | 'busy'
  online: boolean
  open: number
  most: number
}

/** How many of each kind; `exact` where all contacts were looked at. A kind without a rule is 0. */
export type WouldErase = {
  pages: number
  events: number
  conversations: number
  answers: number
  visitors: number
  exact: boolean
}

/** Which call, what came out of it, and some words; both together replace what was written before. */
export type WrapUpCallBody = {
  code?: string | null
  note?: string
}

/** What came out of a call, as an agent wrote it down: one of the application's codes, and some words. */
export type WrappedUp = {
  code: string | null
  note: string
  by: Author
  at: string
}

/** Who made something: an agent, an API key, an automation or the system. */
export type WrittenBy = {
  kind: string
  id: number
  name: string
}
