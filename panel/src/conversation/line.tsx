import { Button } from '@mantine/core'
import { IconForms, IconNote } from '@tabler/icons-react'
import type { WireError } from '@shared/types'
import { memo, Suspense, use } from 'react'
import { Link } from 'react-router'
import { useFact, useLive } from '../live/context'
import type { Outgoing } from '../live/state'
import { Painted } from '../parts/painted'
import { useNow, useTimes } from '../words/times'
import { area, aside, useWords, type Key } from '../words/words'
import { Attachments, OutgoingFiles } from './attachments'
import css from './conversation.module.css'
import type { Line as AnyLine } from './lines'
import { Letters, MessageActs } from './late'
import { LinkedText } from './linked-text'
import { NoteText } from './note-text'
import { Ticks } from './ticks'

type Of<Kind> = Extract<AnyLine, { kind: Kind }>

const LinkCards = aside(() => import('./link-cards'), 'answers')
const Quote = area(() => import('./quote'), 'answers')
const SizedMark = area(() => import('./sized-mark'), 'modals')
const Ratings = aside(() => import('../ratings/rating-line'), 'rated')
const Merged = aside(() => import('../combining/merged'), 'combining')

const WEB = /https?:\/\//i

/** Drawn anew only where its line is another one (lines.ts keeps those that say the same). */
export const Line = memo(function Line({ line, id }: { line: AnyLine; id: number }) {
  switch (line.kind) {
    case 'day': return <Day at={line.at} />
    case 'new': return <New />
    case 'event': return <><Event line={line} />{line.text === 'closed' && <Suspense><Ratings conversation={line.conversation ?? id} closing={line.id} /></Suspense>}</>
    case 'note': return <NoteCard line={line} id={id} />
    case 'group': return <Group line={line} id={id} />
    case 'deed': return <DeedLine outgoing={line.outgoing} />
  }
})

function Day({ at }: { at: string }) {
  const times = useTimes()
  const now = useNow()
  const day = times.day(at, now)
  return <div className={css.day} role="separator" aria-label={day}><span>{day}</span></div>
}

function New() {
  const { t } = useWords()
  return <div className={css.new} role="separator" aria-label={t('stream.new')} data-new><span>{t('stream.new')}</span></div>
}

function Event({ line: { text, author, at } }: { line: Of<'event'> }) {
  const { t } = useWords()
  const times = useTimes()
  if (text === 'merged') return <Suspense><Merged name={author.name} at={at} /></Suspense>
  const what: Key = text === 'closed' ? 'event.closed' : 'event.reopened'
  return <p className={css.event} title={times.full(at)}>{t(what, { name: author.name })} · {times.clock(at)}</p>
}

/** What was decided without a link, in its place until it is carried out. */
function DeedLine({ outgoing }: { outgoing: Outgoing }) {
  const { t } = useWords()
  const { kind, to } = outgoing
  const name = useFact(({ agents, groups }) => (kind === 'group' ? groups : agents).find(({ id }) => id === to)?.name)
  const what = kind === 'assign' || kind === 'group' ? t('deed.give', { name: name ?? t('assign.nobody') }) : t(`deed.${kind as 'close'}`)
  return <div className={css.event}>{what} <Ticks progress={outgoing.state} />{outgoing.state === 'failed' && <Failed outgoing={outgoing} />}</div>
}

function Group({ line: { author, at, ours, named, bubbles }, id }: { line: Of<'group'>; id: number }) {
  const { t } = useWords()
  const times = useTimes()
  const drawn = use(Painted)
  const progress = bubbles.at(-1)?.progress
  const stored = bubbles.flatMap(({ position }) => position ?? [])
  return (
    <div className={css.group} data-ours={ours || undefined} data-named={named || undefined}>
      {named && <p className={css.author}>{author.kind === 'automation' ? t('author.automation') : author.name}</p>}
      {bubbles.map((bubble, index) => (
        <div key={bubble.key} className={css.bubbleRow} data-position={bubble.position}>
          {bubble.quote && <Suspense><Quote quote={bubble.quote} conversation={id} /></Suspense>}
          {bubble.text && <div className={css.bubble}><LinkedText text={bubble.text} /></div>}
          {drawn && bubble.id && <Suspense><MessageActs said={{ ...bubble, id: bubble.id, file: bubble.attachments[0]?.name }} conversation={id} /></Suspense>}
          {drawn && bubble.id && WEB.test(bubble.text) && <Suspense><LinkCards conversation={id} message={bubble.id} text={bubble.text} /></Suspense>}
          {bubble.form && <Link className={css.form} to={`/forms/${bubble.form}?tab=answers`}><IconForms size={16} stroke={1.8} aria-hidden="true" />{t('message.form')}</Link>}
          <Attachments attachments={bubble.attachments} />
          {bubble.sized && <Suspense><SizedMark {...bubble.sized} /></Suspense>}
          {bubble.outgoing && <OutgoingFiles files={bubble.outgoing.files} />}
          {bubble.outgoing?.state === 'failed' && <Failed outgoing={bubble.outgoing} />}
          {/* The mark below stands for the last one; where the next has come less far, this one has its own. */}
          {bubble.progress && index < bubbles.length - 1 && bubble.progress !== bubbles[index + 1]!.progress && <Ticks progress={bubble.progress} />}
        </div>
      ))}
      <p className={css.meta}><time dateTime={at} title={times.full(at)}>{times.clock(at)}</time>{progress && <Ticks progress={progress} />}</p>
      {drawn && stored.length > 0 && <Suspense><Letters id={id} from={stored[0]!} to={stored.at(-1)!} /></Suspense>}
    </div>
  )
}

function NoteCard({ line: { id: note, author, at, text, mentions, position, edited, deleted, outgoing }, id }: { line: Of<'note'>; id: number }) {
  const { t } = useWords()
  const times = useTimes()
  return (
    <div className={css.note} data-note={position} role="group" aria-label={t('note.by', { name: author.name })}>
      <p className={css.noteHead}>
        <IconNote size={15} stroke={1.8} aria-hidden="true" />
        <span>{t('note.by', { name: author.name })}</span>
        <time dateTime={at} title={times.full(at)}>{times.clock(at)}</time>
        {outgoing && <Ticks progress={outgoing.state} />}
      </p>
      <div className={css.noteText}><NoteText text={text} mentions={mentions} /></div>
      {note && <Suspense><MessageActs said={{ id: note, text, author, edited, deleted, note: true }} conversation={id} /></Suspense>}
      {outgoing?.state === 'failed' && <Failed outgoing={outgoing} />}
    </div>
  )
}

const WHY: Partial<Record<WireError['code'], Key>> = {
  text_too_long: 'failed.tooLong', attachment_too_large: 'failed.tooLarge', attachment_type_refused: 'failed.type', attachment_missing: 'failed.missing',
  not_found: 'failed.gone', forbidden: 'failed.forbidden',
}

/** What went wrong, that nothing is lost, and the two ways on. */
function Failed({ outgoing }: { outgoing: Outgoing }) {
  const { t } = useWords()
  const { outbox } = useLive()
  return (
    <div className={css.failed} role="alert">
      <span>{t(WHY[outgoing.error?.code ?? ''] ?? (outgoing.text || outgoing.files.length ? 'failed.other' : 'failed.action'))}</span>
      <Button size="compact-xs" variant="subtle" color="red" onClick={() => outbox.retry(outgoing.client_id)}>{t('retry')}</Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => outbox.drop(outgoing.client_id)}>{t('delete')}</Button>
    </div>
  )
}
