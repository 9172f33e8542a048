import { IconAppWindow, IconArrowMerge, IconBolt, IconBriefcase, IconBuilding, IconCalendarEvent, IconDeviceMobileMessage, IconEye, IconForms, IconHistory, IconListDetails, IconMail, IconMessage, IconMoodSmile, IconNote, IconPhone, IconSparkles, IconTag, IconUsersGroup, type Icon } from '@tabler/icons-react'
import { Button } from '@mantine/core'
import { Suspense, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { span } from '../calls/clock'
import { useNow, useTimes } from '../words/times'
import { PageLink, Section } from '../person/person'
import { aside, useWords, type T } from '../words/words'
import { attributeName, useNames, type Names } from './names'
import { localMoment } from '../parts/local-moment'
import fields from './fields.module.css'
import css from './profile.module.css'
import { KINDS, useTimeline, type EntryKind } from './profile-data'
import type { Entry } from './types'

const InTimeline = aside(() => import('../calls/in-timeline'), 'calls')

/** Entries before the end at which the next page is asked for. */
const AHEAD = '400px'

const ICONS: Record<string, Icon> = { page: IconEye, event: IconBolt, form: IconForms, tag: IconTag, list: IconListDetails, segment: IconUsersGroup, company: IconBuilding, conversation: IconMessage, merge: IconArrowMerge, enrichment: IconSparkles, deal: IconBriefcase, activity: IconCalendarEvent, note: IconNote, call: IconPhone, email: IconMail, sms: IconDeviceMobileMessage, modal: IconAppWindow, rating: IconMoodSmile }

const DEAL_WORDS = ['created', 'moved', 'won', 'lost', 'reopened', 'abandoned', 'archived', 'deleted'] as const
const MODAL_WORDS = ['seen', 'clicked', 'dismissed', 'answered'] as const
const SMS_WORDS = ['sent', 'refused', 'failed', 'stopped', 'started'] as const
const EMAIL_WORDS = ['sent', 'refused', 'failed', 'unsubscribed', 'bounced', 'bounced_soft', 'complained'] as const

/** Everything that happened to a person, a line each, newest first. */
export function Timeline({ contact }: { contact: number }) {
  const { t } = useWords()
  const times = useTimes()
  const now = useNow()
  const [kind, setKind] = useState<EntryKind | null>(null)
  const [day, setDay] = useState('')
  const before = useMemo(() => endOf(day), [day])
  const { data, isError, hasNextPage, isFetchingNextPage, fetchNextPage } = useTimeline(contact, kind, before)
  const entries = data?.pages.flatMap((page) => page.entries) ?? []
  const dayOf = (entry: Entry) => times.day(entry.at, now)
  return (
    <Section title={t('timeline.title')}>
      <div className={css.filters} role="group" aria-label={t('timeline.filter')}>
        {[null, ...KINDS].map((each) => (
          <button key={each ?? 'all'} type="button" className={css.filter} aria-pressed={kind === each} onClick={() => setKind(each)}>{t(`timeline.${each ?? 'all'}`)}</button>
        ))}
      </div>
      <div className={css.jump}>
        <label className={css.jumpLabel}>{t('timeline.jump')} <input type="date" className={fields.field} value={day} max={localMoment(now).slice(0, 10)} onChange={(event) => setDay(event.currentTarget.value)} /></label>
        {day && <Button size="compact-sm" variant="subtle" onClick={() => setDay('')}>{t('timeline.now')}</Button>}
      </div>
      {isError && !data && <p className={css.none} role="alert">{t('timeline.failed')}</p>}
      {data && entries.length === 0 && <p className={css.none}>{t(before ? 'timeline.none' : 'timeline.empty')}</p>}
      <ol aria-label={t('timeline.title')}>
        {entries.map((entry, index) => (
          <li key={`${entry.kind} ${entry.id}`}>
            {(index === 0 || dayOf(entry) !== dayOf(entries[index - 1]!)) && <h4 className={css.day}>{dayOf(entry)}</h4>}
            <Line entry={entry} />
          </li>
        ))}
      </ol>
      {hasNextPage && <More fetching={isFetchingNextPage} next={() => void fetchNextPage()} />}
    </Section>
  )
}

/** The moment behind a day, in this browser's time; nothing where no day is chosen. */
function endOf(day: string): number | null {
  if (!day) return null
  const next = new Date(`${day}T00:00`)
  next.setDate(next.getDate() + 1)
  return next.getTime()
}

export function Line({ entry, dated = false }: { entry: Entry; dated?: boolean }) {
  const { t } = useWords()
  const times = useTimes()
  const now = useNow()
  const names = useNames()
  const Icon = ICONS[entry.kind] ?? IconHistory
  return (
    <div className={css.entry} data-kind={entry.kind}>
      <span className={css.icon}><Icon size={14} aria-hidden="true" /></span>
      <div className={css.what}>{whatOf(entry, t, names)}</div>
      <time className={css.when} dateTime={entry.at} title={times.full(entry.at)}>{dated ? times.ago(entry.at, now) : times.clock(entry.at)}</time>
    </div>
  )
}

function whatOf(entry: Entry, t: T, names: Names): ReactNode {
  const { kind, data } = entry
  const by = (data.by as { kind?: string; name?: string } | undefined)
  const who = by?.kind === 'agent' && by.name ? <span className={css.hint}> · {by.name}</span> : null
  if (kind === 'page') return <PageLink page={{ url: String(data.url), title: String(data.title ?? '') }} />
  if (kind === 'event') return <>{String(data.name)}<Data data={data.data} /></>
  if (kind === 'form') return <>{t(`timeline.form.${data.word === 'confirmed' ? 'confirmed' : 'submitted'}`, { name: String(data.name) })}<Answers answers={data.answers} /></>
  if (kind === 'segment') return t(`timeline.segment.${data.word === 'left' ? 'left' : 'entered'}`, { name: String(data.name ?? names.segment(Number(data.segment))) })
  if (kind === 'tag' || kind === 'list') return <>{t(`timeline.${kind}.${data.word === 'removed' ? 'removed' : 'added'}`, { name: String(data.name ?? '') })}{who}</>
  if (kind === 'company') return <>{t(`timeline.company.${data.word === 'removed' ? 'left' : 'joined'}`, { name: String(data.name ?? '') })}{who}</>
  if (kind === 'conversation') {
    const word = String(data.word) as 'begun' | 'closed'
    return <><Link to={`/inbox/${word === 'closed' ? 'closed' : 'open'}/${Number(data.conversation)}`}>{t(`timeline.conversation.${word}`, { name: String(data.to ?? '') })}</Link>{who}</>
  }
  const word = DEAL_WORDS.find((one) => one === data.word)
  if (kind === 'deal' && word) {
    const said = t(`timeline.deal.${word}`, { name: String(data.name ?? ''), stage: String(data.stage ?? '') })
    return <>{word === 'deleted' ? said : <Link to={`/deal/${Number(data.deal)}`}>{said}</Link>}{who}<Whence data={data} /></>
  }
  const fate = EMAIL_WORDS.find((one) => one === data.word)
  if (kind === 'email' && fate) return <>{t(`timeline.email.${fate}`, { name: String(data.name ?? '') })}{who}</>
  const became = SMS_WORDS.find((one) => one === data.word)
  if (kind === 'sms' && became) return <>{t(`timeline.sms.${became}`, { name: String(data.name ?? '') })}{who}</>
  const did = MODAL_WORDS.find((one) => one === data.word)
  if (kind === 'modal' && did) return <>{t(`timeline.modal.${did}`, { name: String(data.name ?? '') })}{data.button ? ` · ${String(data.button)}` : null}</>
  if (kind === 'activity') return <>{t(`timeline.activity.${data.word === 'done' ? 'done' : 'planned'}`, { name: String(data.name ?? '') })}{who}<Whence data={data} /></>
  if (kind === 'note') {
    const said = t(data.word === 'added' ? 'timeline.note.added' : 'timeline.note.deleted')
    return <>{data.deal ? <Link to={`/deal/${Number(data.deal)}`}>{said}</Link> : said}{who}<Whence data={data} /></>
  }
  if (kind === 'call') return <><Link to={`/calls/${Number(data.call)}`}>{t(callWords(data))}</Link>{data.agent || data.answered ? <span className={css.hint}>{data.answered ? ` · ${span(Number(data.seconds))}` : ''}{data.agent ? ` · ${String(data.agent)}` : ''}</span> : null}<Suspense><InTimeline id={Number(data.call)} /></Suspense></>
  if (kind === 'rating') return <Link to={`/inbox/closed/${Number(data.conversation)}`}>{t('timeline.rating', { score: Number(data.score) })}</Link>
  if (kind === 'merge') return <>{t('timeline.merged', { names: (data.names as string[] | undefined)?.join(', ') ?? '' })}{who}</>
  if (kind === 'enrichment') {
    const filled = (data.names as string[] | undefined ?? []).map((std) => names.attribute(std)).filter((one) => one !== undefined)
    return <>{t('timeline.enriched', { provider: String(data.provider ?? ''), names: filled.map((one) => attributeName(one, t)).join(', ') })}{who}</>
  }
  // What this panel has no words for yet is still shown, with all that is known of it.
  return <>{kind}{who}<Data data={data} /></>
}

const callWords = ({ word, answered }: Entry['data']) => word === 'call_out' ? (answered ? 'timeline.call.out' : 'timeline.call.notReached') : answered ? 'timeline.call.in' : 'timeline.call.missed'

/** The conversation in which something was written down. */
function Whence({ data }: { data: Entry['data'] }) {
  const { t } = useWords()
  if (!data.conversation) return null
  return <> · <Link className={css.hint} to={`/inbox/open/${Number(data.conversation)}`}>{t('timeline.whence')}</Link></>
}

/** What somebody answered to a form, question by question. */
function Answers({ answers }: { answers: unknown }) {
  const { t } = useWords()
  const all = answers as { key: string; label: string; value: string }[] | undefined
  if (!all?.length) return null
  return <details><summary>{t('timeline.details')}</summary><dl className={css.answers}>{all.map(({ key, label, value }) => <div key={key}><dt>{label}</dt><dd>{value}</dd></div>)}</dl></details>
}

/** Details on demand. */
function Data({ data }: { data: unknown }) {
  const { t } = useWords()
  if (!data || typeof data !== 'object' || !Object.keys(data).length) return null
  return <details><summary>{t('timeline.details')}</summary><pre className={css.data} tabIndex={0}>{JSON.stringify(data, null, 2)}</pre></details>
}

function More({ fetching, next }: { fetching: boolean; next: () => void }) {
  const { t } = useWords()
  const mark = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (fetching) return
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && next(), { rootMargin: AHEAD })
    watch.observe(mark.current!)
    return () => watch.disconnect()
  })
  return <button ref={mark} type="button" className={css.more} onClick={next} disabled={fetching}>{t('list.more')}</button>
}
