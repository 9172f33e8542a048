import { Button, NativeSelect, NumberInput, PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { MailSender } from '../live/api-types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import keys from './keys.module.css'
import { called } from './mail-senders'
import css from './mail.module.css'
import page from './settings.module.css'

const PORTS = { tls: 465, starttls: 587, none: 25 }
type Security = keyof typeof PORTS

type Props = { of?: MailSender; close: () => void; done: (sender: MailSender) => void }

/** A sender is made, or changed. */
export function SenderForm({ of, close, done }: Props) {
  const { t } = useWords()
  const live = useLive()
  const [name, setName] = useState(of?.name ?? '')
  const [fromName, setFromName] = useState(of?.from_name ?? '')
  const [address, setAddress] = useState(of?.address ?? '')
  const [host, setHost] = useState(of?.host ?? '')
  const [security, setSecurity] = useState<Security>((of?.security as Security) ?? 'starttls')
  const [port, setPort] = useState<number | string>(of?.port ?? PORTS.starttls)
  const [user, setUser] = useState(of?.user ?? '')
  const [password, setPassword] = useState('')
  const [rate, setRate] = useState<number | string>(of?.rate || '')
  const [modern, setModern] = useState(of?.records.some(({ kind }) => kind === 'ed25519') ?? false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const moved = of !== undefined && (host !== of.host || port !== of.port)
  const again = moved && of.password && !password
  const ready = address.includes('@') && host.trim() !== '' && typeof port === 'number' && !again
  const secure = (next: Security) => {
    if (port === PORTS[security]) setPort(PORTS[next])
    setSecurity(next)
  }
  const save = async () => {
    setBusy(true)
    const body = {
      name, from_name: fromName, address: address.trim(), host: host.trim(), port, security, user, rate: typeof rate === 'number' ? rate : 0,
      dkim: modern ? ['rsa', 'ed25519'] : ['rsa'], ...(password || !of ? { password } : {}),
    }
    try {
      done(await live.rest<MailSender>(of ? 'PATCH' : 'POST', of ? `mail/senders/${of.id}` : 'mail/senders', body))
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} size="lg" title={of ? t('senders.editName', { name: called(of) }) : t('senders.add')}>
      <form className={keys.form} onSubmit={(event) => { event.preventDefault(); if (ready && !busy) void save() }}>
        <div className={css.pair}>
          <TextInput label={t('senders.address')} type="email" inputMode="email" autoComplete="off" placeholder="hello@shop.example" value={address} maxLength={254} onChange={(event) => setAddress(event.currentTarget.value)} data-autofocus />
          <TextInput label={t('senders.fromName')} value={fromName} maxLength={100} onChange={(event) => setFromName(event.currentTarget.value)} />
        </div>
        <TextInput label={t('senders.host')} autoComplete="off" placeholder="smtp.shop.example" spellCheck={false} autoCapitalize="off" value={host} maxLength={253} onChange={(event) => setHost(event.currentTarget.value)} />
        <div className={css.pair}>
          <NativeSelect label={t('senders.security')} value={security} onChange={(event) => secure(event.currentTarget.value as Security)}
            data={(['starttls', 'tls', 'none'] as const).map((value) => ({ value, label: t(`senders.security.${value}`) }))} />
          <NumberInput label={t('senders.port')} value={port} min={1} max={65535} allowDecimal={false} hideControls onChange={setPort} />
        </div>
        {security === 'none' && user && <p className={css.bad} role="status">{t('senders.insecure')}</p>}
        <div className={css.pair}>
          <TextInput label={t('senders.user')} autoComplete="off" spellCheck={false} autoCapitalize="off" value={user} maxLength={254} onChange={(event) => setUser(event.currentTarget.value)} />
          <PasswordInput label={t('senders.password')} autoComplete="new-password" value={password} maxLength={1000} onChange={(event) => setPassword(event.currentTarget.value)}
            placeholder={of?.password && !moved ? t('senders.passwordKept') : undefined} error={again ? t('senders.passwordAgain') : undefined}
            visibilityToggleButtonProps={{ 'aria-label': t('senders.passwordShow') }} />
        </div>
        <div className={css.pair}>
          <NumberInput label={t('senders.most')} description={t('senders.mostWhy')} value={rate} min={0} max={100000} allowDecimal={false} hideControls onChange={setRate} />
          <TextInput label={t('senders.name')} description={t('senders.nameWhy')} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} />
        </div>
        <label className={keys.choice}>
          <input type="checkbox" checked={modern} onChange={() => setModern(!modern)} />
          <span>{t('senders.modern')}<span className={keys.why}>{t('senders.modernWhy')}</span></span>
        </label>
        {refused && <p role="alert" className={css.bad}>{refused}</p>}
        <div className={page.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={!ready}>{t(of ? 'save' : 'senders.add')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
