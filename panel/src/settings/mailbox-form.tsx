import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Mailbox, MailboxCheck } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import keys from './keys.module.css'
import own from './privacy.module.css'
import css from './settings.module.css'

const PORTS = { tls: 993, starttls: 143, none: 143 } as const
type Security = keyof typeof PORTS
type Props = { of?: Mailbox; close: () => void; done: () => void }

/** A mailbox is added, or changed; tried before it is saved. */
export function MailboxForm({ of, close, done }: Props) {
  const { t } = useWords()
  const live = useLive()
  const groups = useFact((state) => state.groups)
  const [box, setBox] = useState({
    address: of?.address ?? '', host: of?.host ?? '', port: of?.port ?? PORTS.tls, security: (of?.security ?? 'tls') as Security,
    user: of?.user ?? '', password: '', folder: of?.folder ?? 'INBOX', begins: of?.begins ?? true, group: of?.group ?? null, checker: of?.checker ?? '',
  })
  const [busy, setBusy] = useState<'save' | 'check'>()
  const [refused, setRefused] = useState('')
  const [found, setFound] = useState<MailboxCheck>()
  const change = (part: Partial<typeof box>) => { setBox({ ...box, ...part }); setFound(undefined); setRefused('') }
  const moved = !of || of.host !== box.host.trim() || of.port !== box.port || of.security !== box.security || of.user !== box.user.trim()
  const ready = box.address.includes('@') && box.host.trim() && box.user.trim() && box.folder.trim() && box.port > 0 && (box.password || !moved)
  const { address, begins, group, checker, password, ...login } = box
  const secret = password ? { password } : {}
  const act = async (what: 'save' | 'check', work: () => Promise<void>) => {
    setBusy(what)
    setRefused('')
    setFound(undefined)
    try {
      await work()
    } catch (error) {
      setRefused(refusal(error, t))
    } finally {
      setBusy(undefined)
    }
  }
  const save = () => act('save', async () => {
    const body = { address, begins, group, checker, ...login, ...secret }
    await (of ? live.rest('PATCH', `mail/mailboxes/${of.id}`, body) : live.rest('POST', 'mail/mailboxes', body))
    done()
  })
  const check = () => act('check', async () => setFound(await live.rest<MailboxCheck>('POST', 'mail/mailboxes/check', { ...login, ...secret, ...(of && { mailbox: of.id }) })))
  return (
    <Dialog opened onClose={close} size="lg" title={of ? t('boxes.editName', { name: of.address }) : t('boxes.new')}>
      <form className={keys.form} onSubmit={(event) => { event.preventDefault(); if (ready && !busy) void save() }}>
        <TextInput label={t('boxes.address')} description={t('boxes.addressWhy')} type="email" value={box.address} maxLength={254} onChange={(event) => change({ address: event.currentTarget.value })} data-autofocus />
        <TextInput label={t('boxes.host')} placeholder="imap.example.com" value={box.host} maxLength={253} onChange={(event) => change({ host: event.currentTarget.value })} />
        <NativeSelect label={t('boxes.security')} description={box.security === 'none' ? t('boxes.noneWhy') : undefined} value={box.security}
          onChange={(event) => { const security = event.currentTarget.value as Security; change({ security, port: PORTS[security] }) }}
          data={(Object.keys(PORTS) as Security[]).map((value) => ({ value, label: t(`boxSecurity.${value}`) }))} />
        <TextInput label={t('boxes.port')} type="number" inputMode="numeric" min={1} max={65535} value={box.port || ''} onChange={(event) => change({ port: event.currentTarget.valueAsNumber || 0 })} />
        <TextInput label={t('boxes.user')} value={box.user} maxLength={320} autoComplete="off" onChange={(event) => change({ user: event.currentTarget.value })} />
        <PasswordInput label={t('boxes.password')} description={of ? t(moved ? 'boxes.passwordAgain' : 'boxes.passwordKept') : undefined} value={box.password} maxLength={1000} autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('boxes.passwordShow') }} onChange={(event) => change({ password: event.currentTarget.value })} />
        <TextInput label={t('boxes.folder')} value={box.folder} maxLength={200} onChange={(event) => change({ folder: event.currentTarget.value })} />
        <label className={keys.choice}>
          <input type="checkbox" checked={box.begins} onChange={(event) => change({ begins: event.currentTarget.checked })} />
          <span>{t('boxes.begins')}<span className={keys.why}>{t('boxes.beginsWhy')}</span></span>
        </label>
        {box.begins && (
          <NativeSelect label={t('boxes.group')} value={box.group ?? ''} onChange={(event) => change({ group: Number(event.currentTarget.value) || null })}
            data={[{ value: '', label: t('boxes.noGroup') }, ...groups.map((each) => ({ value: String(each.id), label: each.name }))]} />
        )}
        <TextInput label={t('boxes.checker')} description={t('boxes.checkerWhy')} placeholder="mx.example.com" value={box.checker} maxLength={253} onChange={(event) => change({ checker: event.currentTarget.value })} />
        {refused && <p role="alert" className={own.error}>{refused}</p>}
        {found && <Found of={found} />}
        <div className={css.foot}>
          <Button variant="default" onClick={() => void check()} loading={busy === 'check'} disabled={!ready}>{t('boxes.check')}</Button>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy === 'save'} disabled={!ready}>{t(of ? 'save' : 'boxes.add')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

/** How far a try came, with what the server said and what to do. */
function Found({ of }: { of: MailboxCheck }) {
  const { t } = useWords()
  const done = of.step === 'done'
  return (
    <div role={done ? 'status' : 'alert'} className={css.lines}>
      <strong>{t(`boxStep.${of.step}`)}</strong>
      <span className={css.more}>{done && !of.idle ? t('boxes.polledWhy') : t(`boxNext.${of.step}`)}</span>
      {of.said && <span className={css.more}>{t('mail.said')} <code className={own.code}>{of.said}</code></span>}
    </div>
  )
}
