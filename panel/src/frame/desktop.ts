import type { Conversation, Message, Note } from '@shared/types'
import type { MyNotices, Stretch } from '../live/api-types'
import type { State } from '../live/state'
import type { T } from '../words/words'
import { concerns } from './attention'
import { chime } from './chime'
import { noticesOn, soundOn } from './notices'

/** What was said by a contact, noted by a colleague, or given to this agent. */
export type Heard = { message: Message } | { note: Note } | { conversation: Conversation }
type Notice = { id: number; kind?: Kind; title: string; body: string; tag?: string }
type Kind = MyNotices['always'][number]

export const attended = () => document.visibilityState === 'visible' && document.hasFocus()

/** Tells by a sound and a desktop notification what happened, where the agent wants to be told and does not look at it. */
export async function tell(state: State, rules: MyNotices | undefined, current: number, t: T, heard: Heard): Promise<void> {
  const notice = noticeOf(state, t, heard)
  if (!notice || (attended() && notice.id === current)) return
  const { id, kind } = notice
  // Without the rules, which come with the first connection, what concerns nobody else is told.
  const told = rules ? tells(rules, kind ?? kindOf(state, state.conversations[id], rules)) : kind !== undefined || concerns(state, id)
  if (!told) return
  if (soundOn()) chime()
  if (noticesOn() && !attended()) await show(notice, state.session?.application.id)
}

function noticeOf(state: State, t: T, heard: Heard): Notice | undefined {
  if ('message' in heard) {
    const { conversation, author, text, attachments } = heard.message
    return { id: conversation, title: author.name, body: text.slice(0, 200) || attachments[0]?.name || t('notice.file') }
  }
  if ('conversation' in heard) {
    const { id, contact, last } = heard.conversation
    return { id, kind: 'assigned', title: t('notice.assigned'), body: [contact.name, last?.text].filter(Boolean).join(': ') }
  }
  const { id, conversation, author, text, mentions } = heard.note
  const me = state.session?.agent.id
  if (me === undefined || author.id === me || !mentions?.includes(me)) return undefined
  return { id: conversation, kind: 'mention', title: t('notice.mention', { name: author.name }), body: text.slice(0, 200), tag: `mention ${id}` }
}

/** Shown by the service worker, as what is pushed: one notification for each conversation, also when the panel is open in two tabs. */
export async function show({ id, title, body, tag }: Notice, app: number | undefined): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration('/panel/')
  registration?.active?.postMessage({ push: { title, body, conversation: id, app, ...(tag ? { tag } : {}) } })
}

/** What a message in a conversation is to whoever is signed in. */
export function kindOf(state: State, conversation: Pick<Conversation, 'assignee' | 'group'> | undefined, rules?: MyNotices): Kind {
  const me = state.session?.agent.id ?? 0
  if (conversation?.assignee) return conversation.assignee.id === me ? 'mine' : 'others'
  if (rules?.unassigned_of === 'all') return 'unassigned'
  const members = state.groups.find(({ id }) => id === conversation?.group)?.agents ?? []
  return !members.length || members.includes(me) ? 'unassigned' : 'others'
}

/** Whether the panel tells of such an event now. */
export const tells = (rules: MyNotices, kind: Kind, now = new Date()): boolean =>
  rules[kind].includes('desktop') && (rules.always.includes(kind) || !quiet(rules.quiet, rules.zone || rules.usual_zone, now))

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Whether clocks of a time zone show a moment inside of these stretches; one that ends before it began ends on the next day. */
function quiet(stretches: readonly Stretch[], timeZone: string, now: Date): boolean {
  if (!stretches.length) return false
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(now)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  const day = DAYS.indexOf(part('weekday'))
  const clock = `${part('hour')}:${part('minute')}`
  return stretches.some(({ days, begins, ends }) => {
    const overnight = ends <= begins
    const today = days.includes(day) && clock >= begins && (overnight || clock < ends)
    return today || (overnight && days.includes((day + 6) % 7) && clock < ends)
  })
}
