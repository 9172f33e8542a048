import { CopyButton, Skeleton } from '@mantine/core'
import { IconCheck, IconCopy, IconExternalLink } from '@tabler/icons-react'
import type { ContactDetail, Page } from '@shared/types'
import { useMemo, type ReactNode } from 'react'
import { Link } from 'react-router'
import { useFact } from '../live/context'
import { newestFirst } from '../live/views'
import { Ago } from '../parts/ago'
import { Face } from '../parts/face'
import { Late } from '../parts/late'
import { useNow } from '../words/times'
import { useWords, type Key } from '../words/words'
import css from './person.module.css'
import { usePersonData } from './person-data'

const PAGES = 12
/** A computer goes without saying. */
const DEVICES: Record<string, Key> = { phone: 'device.phone', tablet: 'device.tablet', bot: 'device.bot' }

export function Person({ contact: id, conversation }: { contact: number; conversation: number }) {
  const { t } = useWords()
  const offline = useFact((state) => state.phase === 'offline')
  const { data, isError } = usePersonData(id)
  if (isError && !data) return <p className={css.failed} role="alert">{t('person.failed')}</p>
  if (!data && offline) return <p className={css.failed}>{t('person.offline')}</p>
  if (!data) return <Late><PersonSkeleton /></Late>
  const { contact, pages } = data
  return (
    <div className={css.person}>
      <Head contact={contact} />
      <WhereNow contact={contact} />
      <Facts contact={contact} />
      <Pages pages={pages} />
      <Conversations contact={id} current={conversation} />
    </div>
  )
}

function Head({ contact }: { contact: ContactDetail }) {
  const { t } = useWords()
  return (
    <div className={css.head}>
      <Face id={contact.id} name={contact.name} online={contact.online} size="large" />
      <div className={css.headLines}>
        <h2 className={css.name}>{contact.name}</h2>
        {contact.email && <Mail email={contact.email} />}
        <p className={css.presence} data-online={contact.online || undefined}>
          {contact.online ? t('presence.online') : <>{t('person.lastSeen')} <Ago at={contact.last_seen} long /></>}
        </p>
      </div>
    </div>
  )
}

export function Mail({ email }: { email: string }) {
  const { t } = useWords()
  return (
    <CopyButton value={email}>
      {({ copied, copy }) => (
        <button type="button" className={css.mail} onClick={copy} title={email} aria-label={t('person.copy', { email })}>
          <span className={css.mailText}>{email}</span>
          {copied ? <IconCheck size={14} aria-label={t('copied')} /> : <IconCopy size={14} aria-hidden="true" />}
        </button>
      )}
    </CopyButton>
  )
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return <section className={css.section}><h3 className={css.sectionTitle}>{title}</h3>{children}</section>
}

export function WhereNow({ contact: { online, page } }: { contact: ContactDetail }) {
  const { t } = useWords()
  if (!online || !page) return null
  return <Section title={t('person.now')}><div className={css.now} aria-live="polite"><PageLink page={page} /></div></Section>
}

export function Facts({ contact, title }: { contact: ContactDetail; title?: string }) {
  const { t, locale } = useWords()
  const facts: [string, ReactNode][] = [
    [t('person.phone'), contact.phone_number],
    [t('person.place'), placeOf(contact, locale)],
    [t('person.localTime'), <LocalTime key="time" zone={contact.time_zone} />],
    [t('person.language'), languageOf(contact.language, locale)],
    [t('person.device'), [contact.browser, contact.os, contact.device && DEVICES[contact.device] && t(DEVICES[contact.device]!)].filter(Boolean).join(' · ')],
    [t('person.firstSeen'), contact.first_seen && <Ago key="first" at={contact.first_seen} long />],
  ]
  return (
    <Section title={title ?? t('person.about')}>
      <dl className={css.facts}>
        {facts.filter(([name, value]) => value && (name !== t('person.localTime') || contact.time_zone)).map(([name, value]) => (
          <div key={name} className={css.fact}><dt>{name}</dt><dd>{value}</dd></div>
        ))}
      </dl>
    </Section>
  )
}

/** The server may know a country by its code or by its name. */
function placeOf({ city, country }: ContactDetail, locale: string): string {
  const name = country && /^[A-Z]{2}$/.test(country) ? new Intl.DisplayNames(locale, { type: 'region' }).of(country) : country
  return [city, name].filter(Boolean).join(', ')
}

function languageOf(tag: string | null, locale: string): string | null {
  try {
    return tag && (new Intl.DisplayNames(locale, { type: 'language' }).of(tag) ?? tag)
  } catch {
    return tag // what a browser sent need not be a language tag
  }
}

function LocalTime({ zone }: { zone: string | null }) {
  const { locale } = useWords()
  const format = useMemo(() => {
    try {
      return zone && new Intl.DateTimeFormat(locale, { timeZone: zone, hour: '2-digit', minute: '2-digit' })
    } catch {
      return null // an unknown zone is shown by its name
    }
  }, [zone, locale])
  const now = useNow()
  const city = zone?.split('/').at(-1)?.replaceAll('_', ' ')
  return <span title={zone ?? undefined}>{format ? `${format.format(now)} (${city})` : zone}</span>
}

function Pages({ pages }: { pages: Page[] }) {
  const { t } = useWords()
  return (
    <Section title={t('person.pages')}>
      {pages.length === 0 ? <p className={css.none}>{t('person.noPages')}</p> : (
        <ol className={css.pages}>
          {pages.slice(0, PAGES).map((page, index) => (
            <li key={`${page.at} ${index}`} className={css.page}><PageLink page={page} /><span className={css.when}><Ago at={page.at} /></span></li>
          ))}
        </ol>
      )}
    </Section>
  )
}

export function PageLink({ page: { url, title } }: { page: { url: string; title: string } }) {
  const address = URL.canParse(url) ? new URL(url) : null
  const shown = title || address?.pathname || url
  // A page's address comes from a stranger's browser: only the web is linked.
  if (!address || !/^https?:$/.test(address.protocol)) return <span className={css.pageTitle}>{shown}</span>
  return (
    <a className={css.pageLink} href={url} target="_blank" rel="noopener noreferrer nofollow" title={url}>
      <span className={css.pageTitle}>{shown}</span>
      <IconExternalLink size={13} aria-hidden="true" />
    </a>
  )
}

function Conversations({ contact, current }: { contact: number; current: number }) {
  const { t } = useWords()
  const known = useFact((state) => state.conversations)
  const others = useMemo(
    () => Object.values(known).filter((one) => one.contact.id === contact && one.id !== current).sort(newestFirst),
    [known, contact, current],
  )
  if (!others.length) return null
  return (
    <Section title={t('person.conversations')}>
      <ul className={css.others}>
        {others.map((one) => (
          <li key={one.id}>
            <Link className={css.other} to={`/inbox/${one.status === 'closed' ? 'closed' : 'open'}/${one.id}`}>
              <span className={css.otherWords}>{one.last?.text || t('list.nothing')}</span>
              <span className={css.when}>{one.status === 'closed' && `${t('status.closed')} · `}<Ago at={one.updated_at} /></span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function PersonSkeleton() {
  const { t } = useWords()
  return (
    <div className={css.person} role="status" aria-label={t('loading')}>
      <Skeleton circle height={48} />
      {[60, 40, 80, 70, 50].map((width) => <Skeleton key={width} height={12} width={`${width}%`} />)}
    </div>
  )
}
