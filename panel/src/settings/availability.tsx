import { Button } from '@mantine/core'
import { useState } from 'react'
import { useMine } from '../availability/data'
import type { MyAvailability } from '../live/api-types'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import { useSaving } from './saving'
import css from './settings.module.css'
import { Sheet } from './sheet'
import { here, Stretches, Zone } from './stretches'
import week from './stretches.module.css'

const DAY = { days: [0, 1, 2, 3, 4], begins: '09:00', ends: '17:00' }

/** When this agent takes conversations by itself, and when no longer. */
export default function Availability() {
  const { t } = useWords()
  const { data, error, refetch } = useMine()
  return (
    <Sheet title={t('settings.availability')} why={t('availability.why')}>
      {error && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <Rules key={JSON.stringify([data.scheduled, data.week, data.zone, data.idle])} kept={data} />}
    </Sheet>
  )
}

function Rules({ kept }: { kept: MyAvailability }) {
  const { t } = useWords()
  const [first] = useState({ scheduled: kept.scheduled, week: kept.week, zone: !kept.scheduled && kept.zone === 'UTC' ? here() : kept.zone, idle: kept.idle })
  const [rules, setRules] = useState(first)
  const { busy, failed, save } = useSaving<MyAvailability>('me/availability/rules', 'availability.saved', 'me/availability')
  const set = (part: Partial<typeof rules>) => setRules((now) => ({ ...now, ...part }))
  const same = JSON.stringify(rules) === JSON.stringify(first)
  const valid = rules.idle === null || (Number.isInteger(rules.idle) && rules.idle >= 1 && rules.idle <= 480)
  return (
    <form className={css.part} style={{ gap: 'var(--sb-space-8)' }} onSubmit={(event) => { event.preventDefault(); if (valid) void save(rules) }}>
      <section className={own.section}>
        <label className={week.head}>
          <input type="checkbox" className={own.check} checked={rules.scheduled} onChange={() => set({ scheduled: !rules.scheduled, week: rules.week.length ? rules.week : [DAY] })} />
          <span className={css.lines}><strong>{t('availability.scheduled')}</strong><span className={css.more}>{t('availability.scheduledWhat')}</span></span>
        </label>
        {rules.scheduled && (
          <>
            <Stretches value={rules.week} change={(times) => set({ week: times })} fresh={DAY} name={(n) => t('availability.stretch', { n })} />
            <Zone id="availability-zone" value={rules.zone} change={(zone) => set({ zone })} />
          </>
        )}
      </section>
      <section className={own.section}>
        <label className={week.head}>
          <input type="checkbox" className={own.check} checked={rules.idle !== null} onChange={() => set({ idle: rules.idle === null ? 15 : null })} />
          <span className={css.lines}><strong>{t('availability.sleeps')}</strong><span className={css.more}>{t('availability.sleepsWhat')}</span></span>
        </label>
        {rules.idle !== null && (
          <label className={week.line}>
            <span>{t('availability.after')}</span>
            <input type="number" className={own.number} min={1} max={480} required value={Number.isNaN(rules.idle) ? '' : rules.idle} onChange={(event) => set({ idle: event.currentTarget.valueAsNumber })} />
            <span className={css.state}>{t('availability.minutes')}</span>
          </label>
        )}
      </section>
      {failed && <p className={own.error} role="alert">{t('availability.failed')}</p>}
      <div className={css.foot}><Button type="submit" loading={busy} disabled={same || !valid}>{t('save')}</Button></div>
    </form>
  )
}
