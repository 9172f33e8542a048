import { CopyButton, Skeleton } from '@mantine/core'
import { IconCheck, IconCopy, IconExternalLink } from '@tabler/icons-react'
import type { ContactDetail } from '@shared/types'
import { useMemo, type ReactNode } from 'react'
import { Ago } from '../parts/ago'
import { Face } from '../parts/face'
import { useNow } from '../words/times'
import { useWords, type Key } from '../words/words'
import css from './person.module.css'

/** A computer goes without saying. */
const DEVICES: Record<string, Key> = { phone: 'device.phone', tablet: 'device.tablet', bot: 'device.bot' }

/** Face, name, address and presence. */
export function Head({ contact }: { contact: ContactDetail }) {
  const { t } = useWords()
  return (
    <div className={css.head}>
      <Face id={contact.id} name={contact.name} online={contact.online} size="large" />
      <div className={css.headLines}>
        <h2 className={css.name}>{contact.name}</h2>
        {contact.email && <Mail email={contact.email} />}
        {(contact.online || contact.last_seen) && (
          <p className={css.presence} data-online={contact.online || undefined}>
            {contact.online ? t('presence.online') : <>{t('person.lastSeen')} <Ago at={contact.last_seen!} long /></>}
          </p>
        )}
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

export function PersonSkeleton() {
  const { t } = useWords()
  return (
    <div className={css.person} role="status" aria-label={t('loading')}>
      <Skeleton circle height={48} />
      {[60, 40, 80, 70, 50].map((width) => <Skeleton key={width} height={12} width={`${width}%`} />)}
    </div>
  )
}
