import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { HoursRule } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import fields from '../people/fields.module.css'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import css from './settings.module.css'
import { useSaving } from './saving'
import { Sheet } from './sheet'
import { GroupHours, HoursOfGroup } from './group-hours'
import { here, Zone } from './stretches'
import week from './stretches.module.css'
import { byDay, Holidays, inOrder, isTwice, together, Week } from './week'

/** When the team is there, and what the chat says by itself while it is not. */
export default function Hours() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data, error, refetch } = useQuery({ queryKey: ['hours'], queryFn: ({ signal }) => live.rest<HoursRule>('GET', 'hours', undefined, signal), enabled: online, staleTime: 10_000 })
  const [chosen] = useSearchParams()
  const group = Number(chosen.get('group'))
  const forbidden = error instanceof RestError && error.status === 403
  if (data && group) return <HoursOfGroup key={group} id={group} usual={data} />
  return (
    <Sheet title={t('settings.hours')} why={t('hours.why')}>
      {forbidden && <p className={css.note} role="status">{t('privacySettings.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <Rule key={JSON.stringify(data)} kept={data} />}
      {data && <GroupHours />}
    </Sheet>
  )
}

function Rule({ kept }: { kept: HoursRule }) {
  const { t } = useWords()
  // Whoever opens the page for the first time is most likely where the team is.
  const [first] = useState(() => ({ ...kept, zone: !kept.on && kept.zone === 'UTC' ? here() : kept.zone }))
  const [rule, setRule] = useState(first)
  const [days, setDays] = useState(() => byDay(kept.week))
  const { busy, failed, save } = useSaving<HoursRule>('hours', 'hours.saved')
  const set = (part: Partial<HoursRule>) => setRule((now) => ({ ...now, ...part }))
  const twice = isTwice(rule.holidays)
  const same = JSON.stringify(rule) === JSON.stringify(first) && JSON.stringify(days) === JSON.stringify(byDay(kept.week))
  const submit = () => save({ ...rule, week: together(days), holidays: inOrder(rule.holidays) })
  return (
    <form className={css.part} style={{ gap: 'var(--sb-space-8)' }} onSubmit={(event) => { event.preventDefault(); if (!twice) void submit() }}>
      <section className={own.section}>
        <label className={week.head}>
          <input type="checkbox" className={own.check} checked={rule.on} onChange={() => set({ on: !rule.on })} />
          <span className={css.lines}><strong>{t('hours.on')}</strong><span className={css.more}>{t('hours.onWhat')}</span></span>
        </label>
        {rule.on && (
          <>
            <Zone id="hours-zone" value={rule.zone} change={(zone) => set({ zone })} />
            <Week days={days} change={setDays} />
            <Holidays value={rule.holidays} change={(holidays) => set({ holidays })} />
            {twice && <p className={own.error} role="alert">{t('hours.twice')}</p>}
          </>
        )}
      </section>
      <section className={own.section}>
        <h3 className={own.title}>{t('hours.away')}</h3>
        <p className={css.note}>{t('hours.awayWhy')}</p>
        {rule.on && <Texts name="closed" value={rule.closed} change={(closed) => set({ closed })} hint={t('hours.opening', { name: '{opening}' })} />}
        <Texts name="nobody" value={rule.nobody} change={(nobody) => set({ nobody })} />
      </section>
      {failed && <p className={own.error} role="alert">{t('hours.failed', { name: '{opening}' })}</p>}
      <div className={css.foot}><Button type="submit" loading={busy} disabled={same || twice}>{t('save')}</Button></div>
    </form>
  )
}

type AwayText = HoursRule['closed']

function Texts({ name, value, change, hint }: { name: 'closed' | 'nobody'; value: AwayText; change: (value: AwayText) => void; hint?: string }) {
  const { t } = useWords()
  return (
    <div className={css.part}>
      <label className={week.head}>
        <input type="checkbox" className={own.check} checked={value.on} onChange={() => change({ ...value, on: !value.on })} />
        <span className={css.lines}><strong>{t(`hours.${name}`)}</strong><span className={css.more}>{t(`hours.${name}What`)}</span></span>
      </label>
      {value.on && (
        <div className={week.texts} role="group" aria-label={t(`hours.${name}`)}>
          {(['en', 'pl'] as const).map((language) => (
            <label key={language} className={week.text}>
              <span>{t(`language.${language}`)}</span>
              <textarea className={fields.field} lang={language} rows={3} maxLength={2_000} value={value[language]} onChange={(event) => change({ ...value, [language]: event.currentTarget.value })} />
            </label>
          ))}
          {hint && <p className={css.more}>{hint}</p>}
        </div>
      )}
    </div>
  )
}
