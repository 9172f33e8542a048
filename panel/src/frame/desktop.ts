import type { Conversation, Message, Note } from '@shared/types'
import type { MyNotices, Stretch } from '../live/api-types'
import type { State } from '../live/state'
import type { T } from '../words/words'
import { get, put } from '../live/database'
import { kindOf } from './attention'
import { audible, play } from './chime'
import { noticesOn, soundOn } from './notices'

/** What was said by a contact, noted by a colleague, or given to this agent. */
export type Heard = { message: Message } | { note: Note } | { conversation: Conversation }
/** `key` is the same in every window that hears of it. */
type Notice = { id: number; key: string; kind?: Kind; title: string; body: string; tag?: string }
type Kind = MyNotices['always'][number]

export const attended = () => document.visibilityState === 'visible' && document.hasFocus()

/** Tells by a sound and a desktop notification what happened, where the agent wants to be told and does not look at it. */
export async function tell(state: State, rules: MyNotices | undefined, current: number, t: T, heard: Heard): Promise<void> {
  const notice = noticeOf(state, t, heard)
  if (!notice) return
  const seen = await looks(current)
  if (seen.at(notice.id)) return
  const conversation = state.conversations[notice.id]
  const kind = notice.kind ?? kindOf(state, conversation, rules?.unassigned_of)
  const again = rules?.sound.each === 'conversation' && 'message' in heard && (conversation?.unread ?? 0) > 1
  if (!again) await ring(rules, kind, notice.key, seen.any)
  if (shows(rules, kind) && noticesOn() && !attended()) await show(notice, state.session?.application.id)
}

/** Whether the panel tells of such an event now. Without the rules, which come with the first connection, of what concerns nobody else. */
export const shows = (rules: MyNotices | undefined, kind: Kind): boolean =>
  rules ? rules[kind].includes('desktop') && !isQuiet(rules, kind) : kind !== 'others'

const isQuiet = (rules: MyNotices, kind: Kind): boolean =>
  !rules.always.includes(kind) && quiet(rules.quiet, rules.zone || rules.usual_zone, new Date())

const USUAL: MyNotices['sound'] = { kinds: null, each: 'message', focused: true, tone: 'chime', volume: 50 }

/** What the agent looks at, in this window or in another one of the panel. */
async function looks(current: number): Promise<{ any: boolean; at: (conversation: number) => boolean }> {
  const here = attended()
  const { held = [] } = (await navigator.locks?.query()) ?? {}
  const holds = (name: string) => held.some((lock) => lock.name === name)
  return { any: here || holds('attended'), at: (id) => (here && id === current) || holds(`looking ${id}`) }
}

const RUNG = 'rung'
/** Of so many events is remembered that they have rung: windows hear of one event within moments of each other. */
const REMEMBERED = 20

/** Rings, where the agent wants it for such an event: in one of several windows, the first that can be heard. `key` is the same in all. */
export async function ring(rules: MyNotices | undefined, kind: Kind, key: string, inFront?: boolean): Promise<void> {
  const { kinds, focused, tone, volume } = rules?.sound ?? USUAL
  const wanted = kinds && rules ? kinds.includes(kind) && !isQuiet(rules, kind) : shows(rules, kind)
  if (!soundOn() || !wanted || (!focused && (inFront ?? (await looks(0)).any)) || !(await audible())) return
  const claim = async () => {
    const rung = (await get<string[]>('kept', RUNG).catch(() => undefined)) ?? []
    if (rung.includes(key)) return
    await put('kept', RUNG, [...rung, key].slice(-REMEMBERED)).catch(() => {})
    play(tone, volume)
  }
  await (navigator.locks ? navigator.locks.request(RUNG, claim) : claim())
}

function noticeOf(state: State, t: T, heard: Heard): Notice | undefined {
  if ('message' in heard) {
    const { conversation, author, text, attachments } = heard.message
    return { id: conversation, key: `message ${heard.message.id}`, title: author.name, body: text.slice(0, 200) || attachments[0]?.name || t('notice.file') }
  }
  if ('conversation' in heard) {
    const { id, contact, last, revision } = heard.conversation
    return { id, key: `given ${id} ${revision}`, kind: 'assigned', title: t('notice.assigned'), body: [contact.name, last?.text].filter(Boolean).join(': ') }
  }
  const { id, conversation, author, text, mentions } = heard.note
  const me = state.session?.agent.id
  if (me === undefined || author.id === me || !mentions?.includes(me)) return undefined
  return { id: conversation, key: `note ${id}`, kind: 'mention', title: t('notice.mention', { name: author.name }), body: text.slice(0, 200), tag: `mention ${id}` }
}

/** Shown by the service worker, as what is pushed: one notification for each conversation, also when the panel is open in two tabs. */
export async function show({ id, title, body, tag }: Omit<Notice, 'key' | 'id'> & { id?: number }, app: number | undefined): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration('/panel/')
  registration?.active?.postMessage({ push: { title, body, conversation: id, app, ...(tag ? { tag } : {}) } })
}

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
