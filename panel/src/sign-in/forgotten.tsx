import { Button, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { useWords } from '../words/words'
import { ask } from './entering'
import { problemOf } from './sign-in-page'
import css from './sign-in.module.css'

/** A mail with which to choose a new password. What it says is the same whether anybody has the address. */
export function Forgotten() {
  const { t, language } = useWords()
  const [email, setEmail] = useState('')
  const [sent, setSent] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      await ask('password/forgotten', { email: email.trim(), language })
      setSent(true)
    } catch (error) {
      setProblem(problemOf(error, t))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className={css.form} onSubmit={(event) => void submit(event)}>
      <h1 className={css.title}>{t('forgotten.title')}</h1>
      {sent ? <p role="status">{t('forgotten.sent', { email: email.trim() })}</p> : (
        <>
          <p>{t('forgotten.why')}</p>
          <TextInput label={t('signIn.email')} type="email" name="email" autoComplete="username" required withAsterisk={false} autoFocus value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
          <p className={css.problem} role="alert">{problem}</p>
          <Button type="submit" loading={busy} fullWidth>{t('forgotten.submit')}</Button>
        </>
      )}
      <Link className={css.link} to="/inbox/open">{t('join.toSignIn')}</Link>
    </form>
  )
}
