import { Button, PasswordInput, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type FormEvent } from 'react'
import type { OwnPasskey, PasskeyChallenge, SecondFactors } from '../live/api-types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { AskName } from '../people/ask-name'
import css from '../settings/settings.module.css'
import { hasPasskeys, makePasskey } from '../sign-in/passkey'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useAgain, useAsked } from './data'

/** Keys on this device or a stick, in place of the password and beside it. */
export function Passkeys() {
  const { t, locale } = useWords()
  const { data } = useAsked<SecondFactors>('profile/second')
  const [adding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<OwnPasskey>()
  const [naming, setNaming] = useState<OwnPasskey>()
  const live = useLive()
  const again = useAgain()
  const rename = async (id: number, name: string) => {
    try {
      await live.rest('PATCH', `profile/passkeys/${id}`, { name })
      await again('profile/second')
    } catch (error) {
      notifications.show({ color: 'red', message: refusal(error, t) })
    }
  }
  const day = (text: string) => new Date(text).toLocaleDateString(locale, { dateStyle: 'medium' })
  if (!data) return null
  return (
    <section className={css.part} aria-label={t('passkeys.title')}>
      <h3 className={css.partName}>{t('passkeys.title')}</h3>
      <p className={css.note}>{t('passkeys.why')}</p>
      {data.passkeys.length > 0 && (
        <ul className={css.rows} aria-label={t('passkeys.title')}>
          {data.passkeys.map((one) => (
            <li key={one.id} className={css.row}>
              <span className={css.lines}><strong>{one.name}</strong><span className={css.more}>{t('passkeys.made', { when: day(one.created) })} · {one.used ? t('signIns.used', { when: day(one.used) }) : t('passkeys.unused')}</span></span>
              <Button size="compact-md" variant="default" onClick={() => setNaming(one)} aria-label={t('passkeys.renameName', { name: one.name })}>{t('passkeys.rename')}</Button>
              <Button size="compact-md" variant="default" onClick={() => setLeaving(one)} aria-label={t('passkeys.removeName', { name: one.name })}>{t('passkeys.remove')}</Button>
            </li>
          ))}
        </ul>
      )}
      {hasPasskeys() ? <Button variant="default" className={css.adds} onClick={() => setAdding(true)}>{t('passkeys.add')}</Button> : <p className={css.note}>{t('passkeys.none')}</p>}
      {adding && <Add password={data.password} close={() => setAdding(false)} />}
      {naming && <AskName opened close={() => setNaming(undefined)} title={t('passkeys.renameName', { name: naming.name })} label={t('passkeys.name')} first={naming.name} save={(name) => rename(naming.id, name)} />}
      {leaving && <Leave passkey={leaving} password={data.password} close={() => setLeaving(undefined)} />}
    </section>
  )
}

function Add({ password: has, close }: { password: boolean; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const again = useAgain()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const add = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setRefused('')
    try {
      const { origin } = location
      const { state, options } = await live.rest<PasskeyChallenge>('POST', 'profile/passkeys/begin', { password, origin })
      await live.rest('POST', 'profile/passkeys', { state, origin, name, credential: await makePasskey(options) })
      await again('profile/second')
      notifications.show({ message: t('passkeys.added', { name }) })
      close()
    } catch (error) {
      setRefused(error instanceof DOMException ? t('passkeys.refused') : refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t('passkeys.add')}>
      <form className={css.form} onSubmit={(event) => void add(event)}>
        <TextInput label={t('passkeys.name')} placeholder={t('passkeys.nameHint')} required withAsterisk={false} maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        {has && <PasswordInput label={t('password.current')} autoComplete="current-password" visibilityToggleButtonProps={{ 'aria-label': t('password.show') }} value={password} onChange={(event) => setPassword(event.currentTarget.value)} />}
        {refused && <p role="alert">{refused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy}>{t('totp.go')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function Leave({ passkey, password: has, close }: { passkey: OwnPasskey; password: boolean; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const again = useAgain()
  const [password, setPassword] = useState('')
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const remove = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      await live.rest('POST', `profile/passkeys/${passkey.id}/remove`, { password })
      await again('profile/second')
      close()
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t('passkeys.sure', { name: passkey.name })}>
      <form className={css.form} onSubmit={(event) => void remove(event)}>
        <p>{t('passkeys.sureWhy')}</p>
        {has && <PasswordInput label={t('password.current')} autoComplete="current-password" visibilityToggleButtonProps={{ 'aria-label': t('password.show') }} value={password} onChange={(event) => setPassword(event.currentTarget.value)} data-autofocus />}
        {refused && <p role="alert">{refused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" color="red" loading={busy}>{t('passkeys.remove')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
