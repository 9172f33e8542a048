import { CloseButton } from '@mantine/core'
import { useState } from 'react'
import type { PhoneAccount, PhoneSetting } from '../live/api-types'
import { useLive } from '../live/context'
import fields from '../people/fields.module.css'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useCountries, useMoney, usePhoneChanged } from './phone-data'
import own from './phone.module.css'
import css from './settings.module.css'

type Props = { setting: PhoneSetting; account: PhoneAccount }

/** How much may be used, whom one may call, and what it came to this month. */
export function Limits({ setting, account }: Props) {
  const { t } = useWords()
  const live = useLive()
  const money = useMoney()
  const changed = usePhoneChanged()
  const names = useCountries(setting.countries)
  const { used } = account
  const change = async (fields: object) => {
    try {
      await changed(await live.rest<PhoneSetting>('PATCH', 'phone-account', fields))
    } catch (error) {
      tellFailed(t, refusal(error, t))
    }
  }
  const allowed = names.filter(({ value }) => account.countries.includes(value))
  return (
    <section className={own.section} aria-labelledby="phone-limits">
      <div>
        <h3 id="phone-limits" className={css.partName}>{t('phone.limits')}</h3>
        <p className={css.note}>{t('phone.limitsWhy')}</p>
      </div>
      <div className={own.amounts}>
        <Amount label={t('phone.callsAtOnce')} value={account.calls_at_once} most={500} keep={(calls_at_once) => change({ calls_at_once })} />
        <Amount label={t('phone.minutesADay')} value={account.minutes_a_day} most={100_000} keep={(minutes_a_day) => change({ minutes_a_day })} />
        <Amount label={t('phone.textsADay')} value={account.texts_a_day} least={0} most={100_000} keep={(texts_a_day) => change({ texts_a_day })} />
      </div>
      <p className={css.more}>{t('phone.today', { used: used.minutes_today, most: account.minutes_a_day, texts: used.texts_today, mostTexts: account.texts_a_day })}</p>
      <fieldset className={css.fieldset}>
        <legend className={css.legend}>{t('phone.countries')}</legend>
        <ul className={own.countries}>
          {allowed.map(({ value, label }) => (
            <li key={value} className={own.country}>
              <span>{label}</span>
              {allowed.length > 1 && <CloseButton size="sm" aria-label={t('phone.disallow', { country: label })} onClick={() => void change({ countries: account.countries.filter((each) => each !== value) })} />}
            </li>
          ))}
          <li>
            <select className={fields.field} value="" aria-label={t('phone.allow')} onChange={(event) => void change({ countries: [...account.countries, event.currentTarget.value] })}>
              <option value="">{t('phone.allow')}</option>
              {names.filter(({ value }) => !account.countries.includes(value)).map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
            </select>
          </li>
        </ul>
        <p className={css.more}>{t('phone.premium')}</p>
      </fieldset>
      <dl className={own.figures}>
        <div><dt>{t('phone.usedCalls')}</dt><dd>{used.calls}</dd></div>
        <div><dt>{t('phone.usedMinutes')}</dt><dd>{used.minutes}</dd></div>
        <div><dt>{t('phone.usedTexts')}</dt><dd>{used.texts}</dd></div>
        <div><dt>{t('phone.usedCosts')}</dt><dd>{used.costs.map(money).join(' + ') || '–'}</dd></div>
        <div><dt>{t('phone.numbersCost')}</dt><dd>{account.numbers_monthly.map(money).join(' + ') || '–'}</dd></div>
      </dl>
    </section>
  )
}

/** A whole number, kept when one leaves the field; what makes no sense goes back to what it was. */
function Amount({ label, value, least = 1, most, keep }: { label: string; value: number; least?: number; most: number; keep: (value: number) => Promise<void> }) {
  const [text, setText] = useState<string>()
  const leave = () => {
    const next = Number(text)
    setText(undefined)
    if (text === undefined || text.trim() === '' || !Number.isInteger(next) || next < least || next > most || next === value) return
    void keep(next)
  }
  return (
    <label className={own.amount}>
      <span>{label}</span>
      <input type="number" className={`${fields.field} ${fields.number}`} min={least} max={most} step={1} value={text ?? value}
        onChange={(event) => setText(event.currentTarget.value)} onBlur={leave} onKeyDown={(event) => event.key === 'Enter' && leave()} />
    </label>
  )
}
