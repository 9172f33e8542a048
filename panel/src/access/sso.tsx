import { Button, CopyButton, PasswordInput, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type FormEvent } from 'react'
import type { Sso as Rule } from '../live/api-types'
import { useLive } from '../live/context'
import fields from '../people/fields.module.css'
import css from '../settings/settings.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useAgain, useAsked } from './data'
import { RoleChoice } from './edit-agent'

/** The application's own provider says who its agents are. */
export function SingleSignOn() {
  const { data } = useAsked<Rule>('sso')
  return data ? <Form key={JSON.stringify(data)} kept={data} /> : null
}

function Form({ kept }: { kept: Rule }) {
  const { t } = useWords()
  const live = useLive()
  const again = useAgain()
  const [rule, setRule] = useState(kept)
  const [secret, setSecret] = useState('')
  const [domains, setDomains] = useState(kept.domains.join(', '))
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const set = (change: Partial<Rule>) => setRule((now) => ({ ...now, ...change }))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setRefused('')
    try {
      const { on, issuer, client_id, create, role, enforce } = rule
      await live.rest('PUT', 'sso', { on, issuer, client_id, create, role, enforce, domains: domains.split(/[\s,]+/).filter(Boolean), ...(secret ? { secret } : {}) })
      await again('sso')
      notifications.show({ message: t('security.saved') })
    } catch (error) {
      setRefused(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className={css.part} aria-label={t('sso.name')}>
      <h3 className={css.partName}>{t('sso.name')}</h3>
      <p className={css.note}>{t('sso.why')}</p>
      {!kept.yours && <p className={css.note} role="status">{t('sso.notYours')}</p>}
      <form onSubmit={(event) => void save(event)}>
        <fieldset className={`${css.fieldset} ${css.form}`} disabled={!kept.yours} aria-label={t('sso.name')}>
          <Tick label={t('sso.on')} checked={rule.on} change={(on) => set({ on })} />
          <TextInput label={t('sso.redirect')} description={t('sso.redirectWhy')} readOnly value={kept.redirect} />
          <TextInput label={t('sso.issuer')} placeholder="https://login.example.com" value={rule.issuer} maxLength={300} onChange={(event) => set({ issuer: event.currentTarget.value })} />
          <TextInput label={t('sso.client')} value={rule.client_id} maxLength={300} onChange={(event) => set({ client_id: event.currentTarget.value })} />
          <PasswordInput label={t('sso.secret')} description={kept.has_secret && rule.issuer.trim().replace(/\/+$/, '') === kept.issuer ? t('sso.secretKept') : undefined} autoComplete="off" visibilityToggleButtonProps={{ 'aria-label': t('password.show') }} value={secret} onChange={(event) => setSecret(event.currentTarget.value)} />
          <TextInput label={t('sso.domains')} description={t('sso.domainsWhy')} placeholder="example.com" value={domains} onChange={(event) => setDomains(event.currentTarget.value)} />
          <Tick label={t('sso.create')} checked={rule.create} change={(create) => set({ create })} />
          {rule.create && <RoleChoice value={rule.role} choose={(role) => set({ role })} />}
          <Tick label={t('sso.enforce')} why={t('sso.enforceWhy')} checked={rule.enforce} change={(enforce) => set({ enforce })} />
          {refused && <p role="alert">{refused}</p>}
          <Button type="submit" className={css.adds} loading={busy}>{t('save')}</Button>
        </fieldset>
      </form>
      {kept.on && (
        <>
          <TextInput label={t('sso.address')} readOnly value={kept.address} />
          <CopyButton value={kept.address}>{({ copied, copy }) => <Button variant="default" className={css.adds} onClick={copy}>{copied ? t('copied') : t('invite.copy')}</Button>}</CopyButton>
        </>
      )}
    </section>
  )
}

function Tick({ label, why, checked, change }: { label: string; why?: string; checked: boolean; change: (checked: boolean) => void }) {
  return (
    <label className={css.check}>
      <input type="checkbox" className={fields.check} checked={checked} onChange={(event) => change(event.currentTarget.checked)} />
      <span className={css.lines}><span>{label}</span>{why && <span className={css.more}>{why}</span>}</span>
    </label>
  )
}
