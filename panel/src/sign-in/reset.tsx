import { Button, PasswordInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useLocation } from 'react-router'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { ask } from './entering'
import css from './sign-in.module.css'

/** The link of a mail: a new password, and every sign-in ends. */
export function Reset() {
  const { t } = useWords()
  const token = useLocation().hash.slice(1)
  const [password, setPassword] = useState('')
  const [done, setDone] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      await ask('password/new', { token, password })
      setDone(true)
    } catch (error) {
      setProblem(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  if (done) return <div className={css.form}><h1 className={css.title}>{t('reset.done')}</h1><p role="status">{t('reset.doneWhy')}</p><a className={css.link} href="/panel/">{t('join.toSignIn')}</a></div>
  return (
    <form className={css.form} onSubmit={(event) => void submit(event)}>
      <h1 className={css.title}>{t('reset.title')}</h1>
      <PasswordInput label={t('reset.password')} description={t('reset.why')} name="password" autoComplete="new-password" required withAsterisk={false} autoFocus
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }} value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
      <p className={css.problem} role="alert">{problem}</p>
      <Button type="submit" loading={busy} fullWidth>{t('reset.submit')}</Button>
    </form>
  )
}
