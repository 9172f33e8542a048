import { IconArrowMerge, IconBolt, IconBuilding, IconEye, IconHistory, IconListDetails, IconSparkles, IconTag, IconUsersGroup, type Icon } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useNow, useTimes } from '../words/times'
import { PageLink, Section } from '../person/person'
import { useWords, type T } from '../words/words'
import { attributeName, useNames, type Names } from './names'
import css from './profile.module.css'
import { KINDS, useTimeline, type EntryKind } from './profile-data'
import type { Entry } from './types'

/** Entries before the end at which the next page is asked for. */
const AHEAD = '400px'

const ICONS: Record<string, Icon> = { page: IconEye, event: IconBolt, tag: IconTag, list: IconListDetails, segment: IconUsersGroup, company: IconBuilding, merge: IconArrowMerge, enrichment: IconSparkles }

/** Everything that happened to a person, a line each, newest first. */
export function Timeline({ contact }: { contact: number }) {
  const { t } = useWords()
  const times = useTimes()
  const now = useNow()
  const [kind, setKind] = useState<EntryKind | null>(null)
  const { data, isError, hasNextPage, isFetchingNextPage, fetchNextPage } = useTimeline(contact, kind)
  const entries = data?.pages.flatMap((page) => page.entries) ?? []
  const day = (entry: Entry) => times.day(entry.at, now)
  return (
    <Section title={t('timeline.title')}>
      <div className={css.filters} role="group" aria-label={t('timeline.filter')}>
        {[null, ...KINDS].map((each) => (
          <button key={each ?? 'all'} type="button" className={css.filter} aria-pressed={kind === each} onClick={() => setKind(each)}>{t(`timeline.${each ?? 'all'}`)}</button>
        ))}
      </div>
      {isError && !data && <p className={css.none} role="alert">{t('timeline.failed')}</p>}
      {data && entries.length === 0 && <p className={css.none}>{t('timeline.empty')}</p>}
      <ol aria-label={t('timeline.title')}>
        {entries.map((entry, index) => (
          <li key={`${entry.kind} ${entry.id}`}>
            {(index === 0 || day(entry) !== day(entries[index - 1]!)) && <h4 className={css.day}>{day(entry)}</h4>}
            <Line entry={entry} />
          </li>
        ))}
      </ol>
      {hasNextPage && <More fetching={isFetchingNextPage} next={() => void fetchNextPage()} />}
    </Section>
  )
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
  if (kind === 'segment') return t(`timeline.segment.${data.word === 'left' ? 'left' : 'entered'}`, { name: String(data.name ?? names.segment(Number(data.segment))) })
  if (kind === 'tag' || kind === 'list') return <>{t(`timeline.${kind}.${data.word === 'removed' ? 'removed' : 'added'}`, { name: String(data.name ?? '') })}{who}</>
  if (kind === 'company') return <>{t(`timeline.company.${data.word === 'removed' ? 'left' : 'joined'}`, { name: String(data.name ?? '') })}{who}</>
  if (kind === 'merge') return <>{t('timeline.merged', { names: (data.names as string[] | undefined)?.join(', ') ?? '' })}{who}</>
  if (kind === 'enrichment') {
    const filled = (data.names as string[] | undefined ?? []).map((std) => names.attribute(std)).filter((one) => one !== undefined)
    return <>{t('timeline.enriched', { provider: String(data.provider ?? ''), names: filled.map((one) => attributeName(one, t)).join(', ') })}{who}</>
  }
  // What this panel has no words for yet is still shown, with all that is known of it.
  return <>{kind}{who}<Data data={data} /></>
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
