import { Button, PasswordInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type FormEvent } from 'react'
import { useLive } from '../live/context'
import css from '../settings/settings.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useAgain } from './data'

/** Another password: whoever knows the old one is out. */
export function ChangePassword() {
  const { t } = useWords()
  const live = useLive()
  const again = useAgain()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setRefused('')
    try {
      await live.rest('PUT', 'profile/password', { current, password })
      await again('profile/sign-ins')
      notifications.show({ message: t('password.saved') })
      setCurrent('')
      setPassword('')
    } catch (error) {
      setRefused(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  const eye = { 'aria-label': t('password.show') }
  return (
    <section className={css.part}>
      <h3 className={css.partName}>{t('password.title')}</h3>
      <form className={css.form} onSubmit={(event) => void save(event)}>
        <PasswordInput label={t('password.current')} autoComplete="current-password" visibilityToggleButtonProps={eye} value={current} onChange={(event) => setCurrent(event.currentTarget.value)} />
        <PasswordInput label={t('password.new')} description={t('password.why')} autoComplete="new-password" visibilityToggleButtonProps={eye} value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
        {refused && <p role="alert">{refused}</p>}
        <Button type="submit" className={css.adds} loading={busy} disabled={!current || !password}>{t('password.save')}</Button>
      </form>
    </section>
  )
}
