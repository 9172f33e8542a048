import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { MadeKey as Made } from '../live/api-types'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Dialog } from '../parts/dialog'
import { useWords, type Key } from '../words/words'
import css from './keys.module.css'
import page from './settings.module.css'

export type { Made }

/** What a key may do, in the words of people: each group is one choice. */
const GROUPS: { label: Key; scopes: string[] }[] = [
  { label: 'apiKeys.readContacts', scopes: ['contacts.read'] },
  { label: 'apiKeys.writeContacts', scopes: ['contacts.read', 'contacts.write', 'attributes.manage', 'contacts.identify'] },
  { label: 'apiKeys.segments', scopes: ['contacts.read', 'segments.manage'] },
  { label: 'apiKeys.readConversations', scopes: ['conversations.read'] },
  { label: 'apiKeys.writeConversations', scopes: ['conversations.read', 'conversations.reply', 'conversations.manage'] },
  { label: 'apiKeys.files', scopes: ['contacts.read', 'contacts.import', 'contacts.export'] },
  { label: 'apiKeys.crm', scopes: ['crm.read', 'crm.write', 'crm.manage', 'contacts.read'] },
  { label: 'apiKeys.enrich', scopes: ['contacts.read', 'contacts.enrich', 'enrichment.manage'] },
  { label: 'apiKeys.webhooks', scopes: ['webhooks.manage'] },
  { label: 'apiKeys.privacy', scopes: ['contacts.privacy'] },
]
const DAY = 86_400_000
const ENDS = [0, 30, 90, 365] as const

type Props = { scopes: string[]; close: () => void; done: (made: Made) => void }

export function NewKey({ scopes, close, done }: Props) {
  const { t } = useWords()
  const live = useLive()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<'rest' | 'mobile'>('rest')
  const [all, setAll] = useState(false)
  const [chosen, setChosen] = useState<Key[]>([])
  const [days, setDays] = useState(0)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const groups = GROUPS.filter((group) => group.scopes.some((scope) => scopes.includes(scope)))
  const wanted = [...new Set(groups.filter(({ label }) => chosen.includes(label)).flatMap((group) => group.scopes))].filter((scope) => scopes.includes(scope))
  const ready = name.trim() !== '' && (kind === 'mobile' || all || wanted.length > 0)
  const create = async () => {
    setBusy(true)
    try {
      done(await live.rest<Made>('POST', 'keys', {
        name,
        kind,
        ...(kind === 'rest' && !all ? { scopes: wanted } : {}),
        ...(days ? { expires: new Date(Date.now() + days * DAY).toISOString() } : {}),
      }))
    } catch (error) {
      setRefused(error instanceof RestError && error.status === 400 ? error.message : t('failed.action'))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t('apiKeys.new')}>
      <form className={css.form} onSubmit={(event) => { event.preventDefault(); if (ready && !busy) void create() }}>
        <TextInput label={t('apiKeys.name')} description={t('apiKeys.nameWhy')} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <fieldset className={css.choices}>
          <legend>{t('apiKeys.for')}</legend>
          <Choice type="radio" name="for" checked={kind === 'rest'} choose={() => setKind('rest')} label={t('apiKeys.rest')} why={t('apiKeys.restWhy')} />
          <Choice type="radio" name="for" checked={kind === 'mobile'} choose={() => setKind('mobile')} label={t('apiKeys.mobile')} why={t('apiKeys.mobileWhy')} />
        </fieldset>
        {kind === 'rest' && (
          <fieldset className={css.choices}>
            <legend>{t('apiKeys.may')}</legend>
            <Choice type="radio" name="may" checked={all} choose={() => setAll(true)} label={t('apiKeys.everything')} why={t('apiKeys.everythingWhy')} />
            <Choice type="radio" name="may" checked={!all} choose={() => setAll(false)} label={t('apiKeys.only')} />
            {!all && (
              <div className={css.inner}>
                {groups.map(({ label }) => (
                  <Choice key={label} type="checkbox" checked={chosen.includes(label)} label={t(label)}
                    choose={() => setChosen(chosen.includes(label) ? chosen.filter((each) => each !== label) : [...chosen, label])} />
                ))}
              </div>
            )}
          </fieldset>
        )}
        <NativeSelect label={t('apiKeys.end')} value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}
          data={ENDS.map((each) => ({ value: String(each), label: each ? t('apiKeys.days', { n: each }) : t('apiKeys.noEnd') }))} />
        {refused && <p role="alert">{refused}</p>}
        <div className={page.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={!ready}>{t('apiKeys.make')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

type ChoiceProps = { type: 'radio' | 'checkbox'; name?: string; checked: boolean; choose: () => void; label: string; why?: string }

function Choice({ type, name, checked, choose, label, why }: ChoiceProps) {
  return (
    <label className={css.choice}>
      <input type={type} name={name} checked={checked} onChange={choose} />
      <span>{label}{why && <small className={css.why}>{why}</small>}</span>
    </label>
  )
}
