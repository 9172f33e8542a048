import { useState } from 'react'
import type { SupportTerms } from '../live/api-types'
import own from '../settings/privacy.module.css'
import { byDay, Holidays, isTwice, together, Week } from '../settings/week'
import page from '../settings/settings.module.css'
import { Zone } from '../settings/stretches'
import { useWords } from '../words/words'

type Terms = SupportTerms['terms']

/** When the minutes count that are promised in business hours. */
export default function BusinessHours({ of, set }: { of: Terms; set: (part: Partial<Terms>) => void }) {
  const { t } = useWords()
  const [days, setDays] = useState(() => byDay(of.week ?? []))
  return (
    <section className={own.section} aria-label={t('faults.hours')}>
      <h3 className={own.title}>{t('faults.hours')}</h3>
      <p className={page.note}>{t('faults.hoursWhy')}</p>
      <Zone id="faults-zone" value={of.zone ?? ''} change={(zone) => set({ zone })} />
      <Week days={days} change={(days) => { setDays(days); set({ week: together(days) }) }} />
      {of.week?.length === 0 && <p className={own.error} role="alert">{t('faults.hoursNone')}</p>}
      <Holidays value={of.holidays ?? []} change={(holidays) => set({ holidays })} />
      {isTwice(of.holidays ?? []) && <p className={own.error} role="alert">{t('hours.twice')}</p>}
    </section>
  )
}
