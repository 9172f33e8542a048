import { IconAlertCircle, IconClock, IconNote, IconPencil } from '@tabler/icons-react'
import type { Conversation } from '@shared/types'
import { memo, Suspense, type MouseEvent } from 'react'
import { useDraft } from '../conversation/drafts'
import { PromiseLeft } from '../promises/promise'
import { useFact, useLooker } from '../live/context'
import { belongs, activity, groupOf, type View } from '../live/views'
import { Ago } from '../parts/ago'
import { Face } from '../parts/face'
import { area, useWords, type T } from '../words/words'
import css from './inbox.module.css'

const Marks = area(() => import('./marks'), 'inbox')

type Props = {
  id: number
  view: View
  current: boolean
  /** Of how many it is which one (-1: nobody knows how many). */
  place: number
  size: number
  picked: boolean
  pick: (id: number, range: boolean) => void
  open: (id: number) => void
}

/** Another tab or window is what keys beside the click ask for. */
const opensHere = (event: MouseEvent) => event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)

/** Who, the last words, when, how many unread, and whose it is. */
export const Row = memo(function Row({ id, view, current, place, size, picked, pick, open }: Props) {
  const { t } = useWords()
  const conversation = useFact((state) => state.conversations[id])
  const who = useLooker()
  const { me } = who
  if (!conversation) return null
  const { contact, unread, assignee } = conversation
  // In the view of a group, that all are of it goes without saying.
  const group = groupOf(view) === undefined && who.groups.find(({ id }) => id === conversation.group)?.name
  return (
    <li className={css.item} aria-posinset={place} aria-setsize={size} data-picked={picked || undefined}>
      {/* Over the face. Not in the way of Tab: X does the same in the row, which keeps the keys. */}
      <input type="checkbox" className={css.pick} tabIndex={-1} checked={picked} aria-label={t('list.pick', { name: contact.name })}
        onClick={(event) => { pick(id, event.shiftKey); (event.currentTarget.nextElementSibling as HTMLElement).focus({ preventScroll: true }) }} onChange={() => {}} />
      <a href={`${import.meta.env.BASE_URL}inbox/${view}/${id}`} onClick={(event) => opensHere(event) && (event.preventDefault(), open(id))} className={css.row} data-row={id} aria-current={current ? 'true' : undefined}
        data-unread={unread > 0 || undefined} data-gone={!belongs(view, conversation, who) || undefined}>
        <Face id={contact.id} name={contact.name} online={contact.online} />
        <span className={css.rowLines}>
          <span className={css.rowLine}>
            <span className={css.name}>{contact.name}</span>
            <Suspense><Marks conversation={conversation} /></Suspense>
            <span className={css.when}><Ago at={activity(conversation)} /></span>
          </span>
          <span className={css.rowLine}>
            <LastWords conversation={conversation} me={me} />
            {unread > 0 && <span className={css.unread} aria-label={t('list.unread', { n: unread })}>{unread > 99 ? '99+' : unread}</span>}
            <PromiseLeft sla={conversation.sla} />
            {group && <span className={css.group} title={t('list.group', { name: group })}><span className={css.hidden}>{t('list.group', { name: group })}</span><span aria-hidden="true">{group}</span></span>}
            {assignee && <span className={css.assignee} title={t('list.assignee', { name: assignee.name })}>
              <span className={css.hidden}>{t('list.assignee', { name: assignee.name })}</span>
              <Face id={assignee.id} name={assignee.name} size="small" />
            </span>}
          </span>
        </span>
      </a>
    </li>
  )
})

function LastWords({ conversation, me }: { conversation: Conversation; me: number }) {
  const { t } = useWords()
  const typing = useFact((state) => state.typing[conversation.id])
  const [reply] = useDraft(conversation.id, 'message')
  const [note] = useDraft(conversation.id, 'note')
  const waiting = useFact((state) => state.outbox.findLast((one) => one.conversation === conversation.id && one.kind === 'message' && one.state !== 'sent'))
  if (typing) return <span className={css.typing}>{typing.kind === 'contact' ? t('typing.short') : t('typing.agent', { name: typing.name })}</span>
  const draft = reply || note
  if (draft) {
    const Icon = reply ? IconPencil : IconNote
    return <span className={css.words}><Icon size={14} className={css.draft} aria-label={t('list.draft')} /> {draft}</span>
  }
  if (waiting) {
    const failed = waiting.state === 'failed'
    const Icon = failed ? IconAlertCircle : IconClock
    return (
      <span className={css.words}>
        <Icon size={14} className={failed ? css.failed : css.waiting} aria-label={t(`progress.${waiting.state}`)} /> {t('list.said', { name: t('you'), text: waiting.text || t('notice.file') })}
      </span>
    )
  }
  return <span className={css.words}>{lastWords(conversation, me, t)}</span>
}

function lastWords({ last }: Conversation, me: number, t: T): string {
  if (!last) return t('list.nothing')
  if (last.kind === 'delete') return t('list.deleted')
  const text = last.text || t('notice.file')
  if (last.author.kind !== 'agent') return text
  return t('list.said', { name: last.author.id === me ? t('you') : last.author.name.split(' ')[0]!, text })
}
