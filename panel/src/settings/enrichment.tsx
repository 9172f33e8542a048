import { Button } from '@mantine/core'
import { useState } from 'react'
import { RestError } from '../live/rest'
import { Ago } from '../parts/ago'
import { Late } from '../parts/late'
import fields from '../people/fields.module.css'
import { tellFailed } from '../people/undo'
import { useTimes } from '../words/times'
import { useWords, type Key } from '../words/words'
import { OCCASIONS, useChange, useSetting, type Setting } from './enrichment-data'
import { KeyField } from './enrichment-key'
import { Runs } from './enrichment-runs'
import css from './enrichment.module.css'
import shared from './settings.module.css'
import { Sheet } from './sheet'

const WORDS: Record<(typeof OCCASIONS)[number], Key> = {
  on_demand: 'enrichment.onDemand', on_identification: 'enrichment.onIdentification', in_bulk: 'enrichment.inBulk', needs_consent: 'enrichment.needsConsent',
}

/** How the application enriches: the key, the occasions, the limits, and what came of it. */
export default function Enrichment() {
  const { t } = useWords()
  const { data, error, refetch } = useSetting()
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.enrichment')} why={t('enrichment.why')}>
      {forbidden && <p className={shared.note} role="status">{t('enrichment.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('enrichment.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={shared.note}>{t('loading')}</p></Late>}
      {data && (
        <>
          <KeyField setting={data} />
          <Occasions setting={data} />
          <Limits setting={data} />
          <Runs offered={data.key !== null && data.in_bulk} />
        </>
      )}
    </Sheet>
  )
}

function Occasions({ setting }: { setting: Setting }) {
  const { t } = useWords()
  const change = useChange()
  return (
    <fieldset className={css.part}>
      <legend className={css.title}>{t('enrichment.when')}</legend>
      {OCCASIONS.map((name) => (
        <label key={name} className={fields.choice}>
          <input type="checkbox" className={fields.check} checked={setting[name]} onChange={(event) => void change({ [name]: event.currentTarget.checked }).catch(() => tellFailed(t))} />
          {t(WORDS[name])}
        </label>
      ))}
      <p className={css.note}>{t('enrichment.consentWhy')}</p>
    </fieldset>
  )
}

function Limits({ setting }: { setting: Setting }) {
  const { t, locale } = useWords()
  const times = useTimes()
  const { used, quota, asked, last, paused_until: paused, problem } = setting
  const number = new Intl.NumberFormat(locale)
  return (
    <section className={css.part} aria-label={t('enrichment.limits')}>
      <h3 className={css.title}>{t('enrichment.limits')}</h3>
      <div className={css.numbers}>
        <Amount name="quota" label={t('enrichment.quota')} value={quota} least={0} most={10_000_000} />
        <Amount name="days" label={t('enrichment.days')} value={setting.days} least={1} most={3_650} />
      </div>
      <progress className={css.bar} max={Math.max(quota, 1)} value={Math.min(used, quota)} aria-label={t('enrichment.limits')} />
      <p>{t('enrichment.used', { used: number.format(used), quota: number.format(quota) })} <span className={css.note}>· {t('enrichment.asked', { n: asked })}</span></p>
      {problem && <p className={css.said} data-bad role="alert">{t('enrichment.refusedNow')}</p>}
      {paused && <p className={css.note}>{t('enrichment.paused', { time: times.full(paused) })}</p>}
      <p className={css.note}>
        {last
          ? <>{t('enrichment.last')}: <Ago at={last.at} long />, {t(`enrichment.occasion.${last.occasion}`)}. {last.status === 'found' ? t('enrichment.found') : t(`enrich.status.${last.status}` as Key)}</>
          : t('enrichment.never')}
      </p>
    </section>
  )
}

/** A whole number, kept when one leaves the field; what makes no sense goes back to what it was. */
function Amount({ name, label, value, least, most }: { name: string; label: string; value: number; least: number; most: number }) {
  const { t } = useWords()
  const change = useChange()
  const [text, setText] = useState<string>()
  const keep = () => {
    const next = Number(text)
    setText(undefined)
    if (text === undefined || text.trim() === '' || !Number.isInteger(next) || next < least || next > most || next === value) return
    void change({ [name]: next }).catch(() => tellFailed(t))
  }
  return (
    <label className={css.amount}>
      <span>{label}</span>
      <input type="number" className={`${fields.field} ${css.number}`} min={least} max={most} step={1} value={text ?? value}
        onChange={(event) => setText(event.currentTarget.value)} onBlur={keep} onKeyDown={(event) => event.key === 'Enter' && keep()} />
    </label>
  )
}
