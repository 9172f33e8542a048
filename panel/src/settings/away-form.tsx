import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { Away } from '../live/api-types'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import css from './settings.module.css'
import { useSaving } from './saving'

const MOST_SECONDS = 86_400
const MOST_EARLIER = 20

const within = (number: number, most: number) => Number.isInteger(number) && number >= 0 && number <= most

/** By which channels whoever is away is told what they missed, when, and with how much of what was said before. */
export function AwayForm({ kept }: { kept: Away }) {
  const { t, locale } = useWords()
  const usual = Math.round(kept.usual)
  const was = { mail: kept.mail, push: kept.push, both: kept.both, delay: kept.delay ?? usual, earlier: kept.earlier }
  const [rule, setRule] = useState(was)
  const change = (some: Partial<typeof rule>) => setRule({ ...rule, ...some })
  const { busy, failed, save } = useSaving<Away>('away', 'mail.saved')
  const wrong = !within(rule.delay, MOST_SECONDS) ? t('mail.invalid', { most: new Intl.NumberFormat(locale).format(MOST_SECONDS) })
    : !within(rule.earlier, MOST_EARLIER) ? t('mail.invalidEarlier', { most: MOST_EARLIER }) : ''
  const changed = JSON.stringify(rule) !== JSON.stringify(was)
  const submit = () => void save({ ...rule, delay: rule.delay === usual ? null : rule.delay })
  return (
    <form className={own.section} onSubmit={(event) => { event.preventDefault(); if (!wrong) submit() }}>
      <h3 className={own.title}>{t('mail.away')}</h3>
      <div className={css.rows}>
        <Tick label={t('mail.push')} what={t('mail.pushWhat')} on={rule.push} change={(push) => change({ push })} />
        <Tick label={t('mail.send')} what={t('mail.sendWhat')} on={rule.mail} change={(mail) => change({ mail })}>
          {rule.mail && <Figure label={t('mail.delay')} unit={t('mail.seconds')} most={MOST_SECONDS} value={rule.delay} change={(delay) => change({ delay })} />}
        </Tick>
        {rule.mail && rule.push && <Tick label={t('mail.both')} what={t('mail.bothWhat')} on={rule.both} change={(both) => change({ both })} />}
        {rule.mail && (
          <div className={css.row}>
            <span className={css.lines}><strong>{t('mail.earlier')}</strong></span>
            <Figure label={t('mail.earlier')} unit={t('mail.earlierUnit')} most={MOST_EARLIER} value={rule.earlier} change={(earlier) => change({ earlier })} />
          </div>
        )}
      </div>
      {wrong && <p className={own.error} role="alert">{wrong}</p>}
      {failed && <p className={own.error} role="alert">{t('failed.action')}</p>}
      <div className={css.foot}><Button type="submit" loading={busy} disabled={!!wrong || !changed}>{t('save')}</Button></div>
    </form>
  )
}

function Tick({ label, what, on, change, children }: { label: string; what: string; on: boolean; change: (on: boolean) => void; children?: ReactNode }) {
  return (
    <div className={css.row}>
      <label className={own.rule}>
        <input type="checkbox" className={own.check} checked={on} onChange={(event) => change(event.currentTarget.checked)} />
        <span className={css.lines}><strong>{label}</strong><span className={css.more}>{what}</span></span>
      </label>
      {children}
    </div>
  )
}

function Figure({ label, unit, most, value, change }: { label: string; unit: string; most: number; value: number; change: (value: number) => void }) {
  return (
    <label className={own.days}>
      <input type="number" className={own.number} min={0} max={most} step={1} required aria-label={label} value={Number.isNaN(value) ? '' : value} onChange={(event) => change(event.currentTarget.valueAsNumber)} />
      <span className={css.state}>{unit}</span>
    </label>
  )
}
