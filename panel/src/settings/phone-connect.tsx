import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type FormEvent } from 'react'
import type { PhoneAccount, PhoneSetting } from '../live/api-types'
import { useLive } from '../live/context'
import fields from '../people/fields.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { TITLES, useCountries, usePhoneChanged } from './phone-data'
import own from './phone.module.css'
import css from './settings.module.css'

type Props = {
  setting: PhoneSetting
  /** The account that gets another key. */
  of?: PhoneAccount
  close?: () => void
}

/** An account at a provider is connected: what the provider does not take is not kept. */
export function Connect({ setting, of, close }: Props) {
  const { t, locale } = useWords()
  const live = useLive()
  const changed = usePhoneChanged()
  const [provider, setProvider] = useState<PhoneAccount['provider']>(of?.provider ?? 'twilio')
  const [account, setAccount] = useState(of?.account ?? '')
  const [secret, setSecret] = useState('')
  const [publicKey, setPublicKey] = useState('')
  const countries = useCountries(setting.countries)
  const [country, setCountry] = useState(of?.country ?? (new Intl.Locale(locale).maximize().region ?? 'PL'))
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const twilio = provider === 'twilio'
  const ready = secret.trim() && (twilio ? account.trim() : publicKey.trim())
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (!ready || busy) return
    setBusy(true)
    setRefused('')
    try {
      const given = twilio ? { account: account.trim() } : { public_key: publicKey.trim() }
      await changed(await live.rest<PhoneSetting>('PUT', 'phone-account', { provider, country, secret: secret.trim(), ...given }))
      notifications.show({ withBorder: true, message: t('phone.connected', { title: TITLES[provider]! }), closeButtonProps: { 'aria-label': t('close') } })
      close?.()
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <form className={of ? css.form : own.connect} onSubmit={(event) => void save(event)}>
      {!of && (
        <>
          <div className={own.intro}>
            <h3 className={css.emptyTitle}>{t('phone.none')}</h3>
            <p className={css.note}>{t('phone.noneNext')}</p>
          </div>
          {!setting.reachable && <p role="alert" className={own.bad}>{t('phone.unreachable')}</p>}
          <fieldset className={fields.choices}>
            <legend className={css.legend}>{t('phone.provider')}</legend>
            {(['twilio', 'telnyx'] as const).map((each) => (
              <label key={each} className={fields.choice}>
                <input type="radio" name="provider" className={fields.check} checked={provider === each} onChange={() => { setProvider(each); setRefused('') }} />
                {TITLES[each]}
              </label>
            ))}
          </fieldset>
        </>
      )}
      {twilio && !of && <TextInput label={t('phone.sid')} description={t('phone.sidWhy')} value={account} onChange={(event) => setAccount(event.currentTarget.value)} autoComplete="off" spellCheck={false} maxLength={34} />}
      <PasswordInput label={t(twilio ? 'phone.token' : 'phone.apiKey')} description={t('phone.secretWhy')} value={secret} onChange={(event) => setSecret(event.currentTarget.value)}
        autoComplete="off" spellCheck={false} data-autofocus={of ? true : undefined} visibilityToggleButtonProps={{ 'aria-label': t(twilio ? 'phone.token' : 'phone.apiKey') }} />
      {!twilio && <TextInput label={t('phone.publicKey')} description={t('phone.publicKeyWhy')} value={publicKey} onChange={(event) => setPublicKey(event.currentTarget.value)} autoComplete="off" spellCheck={false} maxLength={44} />}
      {!of && <NativeSelect label={t('phone.country')} description={t('phone.countryWhy')} value={country} onChange={(event) => setCountry(event.currentTarget.value)} data={countries} />}
      {refused && <p role="alert" className={own.bad}>{refused}</p>}
      <div className={css.foot}>
        {close && <Button variant="default" onClick={close}>{t('cancel')}</Button>}
        <Button type="submit" loading={busy} disabled={!ready}>{t('phone.connect')}</Button>
      </div>
    </form>
  )
}
