import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Checkbox.layer.css'
import '@mantine/core/styles/Radio.layer.css'
import { Button, Checkbox, Modal, NativeSelect, Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { useWords, type Key } from '../words/words'
import type { ApiKey } from './keys'
import css from './keys.module.css'
import page from './settings.module.css'

export type Made = { key: ApiKey; secret: string }

/** What a key may do, in the words of people: each group is one choice. */
const GROUPS: { label: Key; scopes: string[] }[] = [
  { label: 'keys.readContacts', scopes: ['contacts.read'] },
  { label: 'keys.writeContacts', scopes: ['contacts.read', 'contacts.write', 'attributes.manage', 'contacts.identify'] },
  { label: 'keys.segments', scopes: ['contacts.read', 'segments.manage'] },
  { label: 'keys.readConversations', scopes: ['conversations.read'] },
  { label: 'keys.writeConversations', scopes: ['conversations.read', 'conversations.reply', 'conversations.manage'] },
  { label: 'keys.files', scopes: ['contacts.read', 'contacts.import', 'contacts.export'] },
  { label: 'keys.crm', scopes: ['crm.read', 'crm.write', 'crm.manage', 'contacts.read'] },
  { label: 'keys.enrich', scopes: ['contacts.read', 'contacts.enrich', 'enrichment.manage'] },
  { label: 'keys.privacy', scopes: ['contacts.privacy'] },
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
    <Modal opened onClose={close} title={t('keys.new')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form className={css.form} onSubmit={(event) => { event.preventDefault(); if (ready && !busy) void create() }}>
        <TextInput label={t('keys.name')} description={t('keys.nameWhy')} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <Radio.Group label={t('keys.for')} value={kind} onChange={(value) => setKind(value as 'rest' | 'mobile')}>
          <div className={css.choices}>
            <Radio value="rest" label={t('keys.rest')} description={t('keys.restWhy')} classNames={{ description: css.why }} />
            <Radio value="mobile" label={t('keys.mobile')} description={t('keys.mobileWhy')} classNames={{ description: css.why }} />
          </div>
        </Radio.Group>
        {kind === 'rest' && (
          <div>
            <Radio.Group label={t('keys.may')} value={all ? 'all' : 'some'} onChange={(value) => setAll(value === 'all')}>
              <div className={css.choices}>
                <Radio value="all" label={t('keys.everything')} description={t('keys.everythingWhy')} classNames={{ description: css.why }} />
                <Radio value="some" label={t('keys.only')} />
              </div>
            </Radio.Group>
            {!all && (
              <Checkbox.Group className={css.inner} aria-label={t('keys.only')} value={chosen} onChange={(value) => setChosen(value as Key[])}>
                <div className={css.choices}>{groups.map(({ label }) => <Checkbox key={label} value={label} label={t(label)} />)}</div>
              </Checkbox.Group>
            )}
          </div>
        )}
        <NativeSelect label={t('keys.end')} value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}
          data={ENDS.map((each) => ({ value: String(each), label: each ? t('keys.days', { n: each }) : t('keys.noEnd') }))} />
        {refused && <p role="alert">{refused}</p>}
        <div className={page.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={!ready}>{t('keys.make')}</Button>
        </div>
      </form>
    </Modal>
  )
}
