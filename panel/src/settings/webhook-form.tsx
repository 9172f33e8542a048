import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords, type Key } from '../words/words'
import keys from './keys.module.css'
import page from './settings.module.css'
import { headersOf, sentHeaders, WebhookHeaders } from './webhook-headers'
import { called, type Made, type Webhook } from './webhooks'
import css from './webhooks.module.css'

/** Kinds by what they are about; the first group that fits has a kind. */
const GROUPS: { label: Key; of: string[] }[] = [
  { label: 'hooks.group.talk', of: ['message', 'conversation'] },
  { label: 'hooks.group.contact', of: ['contact', 'segment'] },
  { label: 'hooks.group.company', of: ['company', 'company_segment'] },
  { label: 'hooks.group.deal', of: ['deal'] },
  { label: 'hooks.group.activity', of: ['activity', 'note'] },
  { label: 'hooks.group.ticket', of: ['ticket'] },
  { label: 'hooks.group.shop', of: ['form', 'product_event'] },
]

type Props = { of?: Webhook; kinds: string[]; close: () => void; done: (secret?: string) => void }

/** A webhook is made, or changed. */
export function WebhookForm({ of, kinds, close, done }: Props) {
  const { t } = useWords()
  const live = useLive()
  const [name, setName] = useState(of?.name ?? '')
  const [url, setUrl] = useState(of?.url ?? 'https://')
  const [form, setForm] = useState(of?.form ?? 'standard')
  const [user, setUser] = useState(of?.with_user ?? true)
  const [all, setAll] = useState(of ? of.kinds[0] === '*' : true)
  const [chosen, setChosen] = useState<string[]>(of?.kinds.filter((kind) => kind !== '*') ?? [])
  const [headers, setHeaders] = useState(headersOf(of?.headers ?? {}))
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const ready = url.length > 8 && (all || chosen.length > 0)
  const save = async () => {
    setBusy(true)
    const body = { name, url, form, with_user: user, headers: sentHeaders(headers), kinds: all ? ['*'] : chosen }
    try {
      if (of) await live.rest('PATCH', `webhooks/${of.id}`, body)
      done(of ? undefined : (await live.rest<Made>('POST', 'webhooks', body)).secret)
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  const turn = (kind: string) => setChosen(chosen.includes(kind) ? chosen.filter((each) => each !== kind) : [...chosen, kind])
  return (
    <Dialog opened onClose={close} size="lg" title={of ? t('hooks.editName', { name: called(of) }) : t('hooks.new')}>
      <form className={keys.form} onSubmit={(event) => { event.preventDefault(); if (ready && !busy) void save() }}>
        <TextInput label={t('hooks.url')} description={t('hooks.urlWhy')} type="url" inputMode="url" value={url} maxLength={2000} onChange={(event) => setUrl(event.currentTarget.value)} data-autofocus />
        <TextInput label={t('hooks.name')} description={t('hooks.nameWhy')} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} />
        <NativeSelect label={t('hooks.form')} value={form} onChange={(event) => setForm(event.currentTarget.value as Webhook['form'])}
          data={[{ value: 'standard', label: t('hooks.standard') }, { value: 'usercom', label: t('hooks.usercom') }]} />
        {form === 'usercom' && <label className={keys.choice}><input type="checkbox" checked={user} onChange={() => setUser(!user)} /><span>{t('hooks.withUser')}</span></label>}
        <fieldset className={keys.choices}>
          <legend>{t('hooks.what')}</legend>
          <label className={keys.choice}><input type="radio" name="kinds" checked={all} onChange={() => setAll(true)} /><span>{t('hooks.everything')}</span></label>
          <label className={keys.choice}><input type="radio" name="kinds" checked={!all} onChange={() => setAll(false)} /><span>{t('hooks.only')}</span></label>
        </fieldset>
        {!all && GROUPS.map(({ label, of: about }) => (
          <fieldset key={label} className={`${keys.choices} ${keys.inner}`}>
            <legend>{t(label)}</legend>
            <div className={css.kinds}>
              {kinds.filter((kind) => about.includes(kind.split('.')[0]!)).map((kind) => (
                <label key={kind} className={keys.choice}><input type="checkbox" checked={chosen.includes(kind)} onChange={() => turn(kind)} /><code>{kind}</code></label>
              ))}
            </div>
          </fieldset>
        ))}
        <WebhookHeaders rows={headers} change={setHeaders} />
        {refused && <p role="alert">{refused}</p>}
        <div className={page.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={!ready}>{t(of ? 'hooks.save' : 'hooks.make')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
