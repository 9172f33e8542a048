import type { ContactDetail, Page } from '@shared/types'
import { useEffect, useState } from 'react'
import { Ago } from '../parts/ago'
import { useWords } from '../words/words'
import css from './beside.module.css'
import { PageLink, Section } from './person'
import shared from './person.module.css'
import { campaignOf, durationOf, referrerOf, visitOf } from './visit'

const PAGES = 12

/** Where somebody is at this moment, since when, and what brought them. */
export function Now({ contact: { online, page }, pages }: { contact: ContactDetail; pages: Page[] }) {
  const { t } = useWords()
  const second = useSecond(online && page !== null)
  if (!online || !page) return null
  const visit = visitOf(pages)
  const from = referrerOf(visit)
  const campaign = campaignOf(visit)
  return (
    <Section title={t('person.now')}>
      <div className={shared.now} aria-live="polite">
        <PageLink page={page} />
      </div>
      <p className={css.since}>
        {t('beside.onPage', { time: durationOf(second - Date.parse(page.at)) })}
        {visit.length > 1 && ` · ${t('beside.onSite', { time: durationOf(second - Date.parse(visit.at(-1)!.at)), n: visit.length })}`}
      </p>
      {(from || campaign) && <p className={css.since}>{[from && t('beside.from', { from }), campaign && t('beside.campaign', { campaign })].filter(Boolean).join(' · ')}</p>}
    </Section>
  )
}

/** The pages of the latest visit first, those of earlier ones below; each as it was opened. */
export function Visits({ pages }: { pages: Page[] }) {
  const { t } = useWords()
  const visit = visitOf(pages)
  const before = pages.slice(visit.length)
  if (!pages.length) return <Section title={t('person.pages')}><p className={shared.none}>{t('person.noPages')}</p></Section>
  return (
    <>
      <Section title={before.length ? t('beside.thisVisit') : t('person.pages')}><Pages pages={visit} /></Section>
      {before.length > 0 && <Section title={t('beside.visitsBefore')}><Pages pages={before} /></Section>}
    </>
  )
}

function Pages({ pages }: { pages: Page[] }) {
  return (
    <ol className={shared.pages}>
      {pages.slice(0, PAGES).map((page, index) => (
        <li key={`${page.at} ${index}`} className={shared.page}><PageLink page={page} /><span className={shared.when}><Ago at={page.at} /></span></li>
      ))}
    </ol>
  )
}

/** This moment, again each second while it is shown. */
function useSecond(on: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!on) return
    const timer = setInterval(() => document.visibilityState === 'visible' && setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [on])
  return now
}
