import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLabels } from '../inbox/labels-data'
import type { RatingRules } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { Late } from '../parts/late'
import fields from '../people/fields.module.css'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import { RatingResults } from './rating-results'
import { useSaving } from './saving'
import css from './settings.module.css'
import { Sheet } from './sheet'
import week from './stretches.module.css'

/** Whether visitors are asked how a conversation was, and what they said. */
export default function Ratings() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data, error, refetch } = useQuery({ queryKey: ['ratings/rules'], queryFn: ({ signal }) => live.rest<RatingRules>('GET', 'ratings/rules', undefined, signal), enabled: online, staleTime: 10_000 })
  return (
    <Sheet title={t('settings.ratings')} why={t('rating.why')}>
      {error && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <Rules key={JSON.stringify(data)} kept={data} />}
      {data && <RatingResults />}
    </Sheet>
  )
}

function Rules({ kept }: { kept: RatingRules }) {
  const { t } = useWords()
  const may = useMay('application.manage')
  const labels = useLabels() ?? []
  const [rules, setRules] = useState(kept)
  const { busy, failed, save } = useSaving<RatingRules>('ratings/rules', 'rating.saved')
  const edit = (part: Partial<RatingRules>) => setRules((now) => ({ ...now, ...part }))
  const toggle = (label: number) => edit({ except_labels: rules.except_labels.includes(label) ? rules.except_labels.filter((one) => one !== label) : [...rules.except_labels, label] })
  const valid = Number.isInteger(rules.wait) && rules.wait >= 0 && rules.wait <= 10_080
  const same = JSON.stringify(rules) === JSON.stringify(kept)
  const tick = (name: 'on' | 'comment' | 'mail') => (
    <label className={css.check}><input type="checkbox" className={fields.check} checked={rules[name]} onChange={() => edit({ [name]: !rules[name] })} /> <span>{t(`rating.${name}`)}</span></label>
  )
  return (
    <form className={css.part} aria-label={t('rating.title')} onSubmit={(event) => { event.preventDefault(); if (valid) void save(rules) }}>
      <fieldset className={css.fieldset} style={{ gap: 'var(--sb-space-3)' }} disabled={!may}>
        {tick('on')}
        {rules.on && (
          <>
            {(['question_en', 'question_pl'] as const).map((name) => (
              <label key={name} className={own.section} style={{ gap: 'var(--sb-space-1)' }}>
                <span>{t(`rating.${name}`)}</span>
                <input type="text" className={`${fields.field} ${fields.wide}`} maxLength={200} value={rules[name]} placeholder={t('rating.usual')} onChange={(event) => edit({ [name]: event.currentTarget.value })} />
              </label>
            ))}
            <label className={week.line}>
              <span>{t('rating.wait')}</span>
              <input type="number" className={own.number} min={0} max={10080} required value={Number.isNaN(rules.wait) ? '' : rules.wait} onChange={(event) => edit({ wait: event.currentTarget.valueAsNumber })} />
              <span className={css.state}>{t('rating.minutes')}</span>
            </label>
            {tick('comment')}
            {tick('mail')}
            {labels.length > 0 && (
              <fieldset className={css.fieldset}>
                <legend className={css.legend}>{t('rating.except')}</legend>
                <span className={week.always}>
                  {labels.map(({ id, name }) => <label key={id} className={week.way}><input type="checkbox" className={fields.check} checked={rules.except_labels.includes(id)} onChange={() => toggle(id)} /><span>{name}</span></label>)}
                </span>
              </fieldset>
            )}
          </>
        )}
      </fieldset>
      {failed && <p className={own.error} role="alert">{t('rating.failed')}</p>}
      {may ? <div className={css.foot}><Button type="submit" loading={busy} disabled={same || !valid}>{t('save')}</Button></div> : <p className={css.note}>{t('rating.ownersOnly')}</p>}
    </form>
  )
}
