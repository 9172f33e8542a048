import { Button, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { DnsHint, MailCheck, MailSender } from '../live/api-types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import keys from './keys.module.css'
import { Published } from './mail-records'
import { called } from './mail-senders'
import css from './mail.module.css'
import own from './privacy.module.css'
import page from './settings.module.css'

const STEPS = ['connect', 'tls', 'sign_in', 'send'] as const

/** Tries a sender step by step with a mail to whoever asks, and shows what DNS lacks. */
export function CheckSender({ of, close }: { of: MailSender; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const [to, setTo] = useState('')
  const [busy, setBusy] = useState(false)
  const [found, setFound] = useState<MailCheck>()
  const [refused, setRefused] = useState('')
  const check = async () => {
    setBusy(true)
    setRefused('')
    setFound(undefined)
    try {
      setFound(await live.rest<MailCheck>('POST', `mail/senders/${of.id}/check`, { to: to.trim() }))
    } catch (error) {
      setRefused(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} size="lg" title={t('senders.checkName', { name: called(of) })}>
      <form className={keys.form} onSubmit={(event) => { event.preventDefault(); if (!busy) void check() }}>
        <p className={page.note}>{t('mail.serverWhy')}</p>
        <TextInput label={t('mail.to')} type="email" inputMode="email" placeholder={t('mail.toMe')} value={to} maxLength={254} onChange={(event) => setTo(event.currentTarget.value)} data-autofocus />
        <div className={page.foot}>
          <Button variant="default" onClick={close}>{t('close')}</Button>
          <Button type="submit" loading={busy}>{t('mail.check')}</Button>
        </div>
      </form>
      {refused && <p role="alert" className={css.bad}>{refused}</p>}
      {found && <Found of={of} check={found} />}
    </Dialog>
  )
}

function Found({ of, check }: { of: MailSender; check: MailCheck }) {
  const { t } = useWords()
  const steps = STEPS.filter((step) => (step !== 'tls' || of.security !== 'none' || check.step === 'tls') && (step !== 'sign_in' || of.user || of.password || check.step === 'sign_in'))
  const at = check.step === 'done' ? steps.length : steps.findIndex((step) => step === check.step)
  return (
    <div className={css.found}>
      {check.step !== 'settings' && (
        <ol className={css.steps}>
          {steps.slice(0, at + 1).map((step, place) => (
            <li key={step} className={css.step}>
              {place < at ? <IconCheck size={18} className={css.good} aria-hidden /> : <IconX size={18} className={css.bad} aria-hidden />}
              <span>{t(place < at ? `mailStep.${step}` : `mailCheck.${step}`, { to: check.to })}</span>
            </li>
          ))}
        </ol>
      )}
      <div role={check.step === 'done' ? 'status' : 'alert'} className={page.lines}>
        {(check.step === 'done' || check.step === 'settings') && <strong>{t(`mailCheck.${check.step}`, { to: check.to })}</strong>}
        <span className={page.more}>{t(of.id === 0 ? `mailNext.${check.step}` : `mailNextOwn.${check.step}`)}</span>
        {check.said && <span className={page.more}>{t('mail.said')} <code className={own.code}>{check.said}</code></span>}
      </div>
      {check.hints.length > 0 && (
        <section className={css.hints} aria-labelledby="mail-hints">
          <h4 id="mail-hints">{t('dns.title', { domain: of.address.split('@')[1]! })}</h4>
          {check.hints.map((hint) => <Told key={`${hint.kind} ${hint.name}`} hint={hint} signs={of.sign} />)}
        </section>
      )}
    </div>
  )
}

function Told({ hint, signs }: { hint: DnsHint; signs: boolean }) {
  const { t } = useWords()
  const fine = hint.state === 'ok'
  return (
    <div className={css.hint}>
      <span className={css.step}>
        {fine ? <IconCheck size={18} className={css.good} aria-hidden /> : <IconAlertTriangle size={18} className={css.warn} aria-hidden />}
        <span><strong>{hint.kind.toUpperCase()}</strong> {t(`dns.${hint.state}`)} {!fine && t(`dnsWhy.${hint.kind}`)}{fine && hint.kind === 'dkim' && !signs && t('dns.signNow')}</span>
      </span>
      {hint.state === 'wrong' && hint.found && <span className={page.more}>{t('dns.found')} <code className={own.code}>{hint.found}</code></span>}
      {!fine && hint.record && <Published name={hint.name} value={hint.record} />}
    </div>
  )
}
