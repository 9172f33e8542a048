import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useEffect, useState, type FormEvent } from 'react'
import { useLocation } from 'react-router'
import type { OpenInvitation } from '../live/api-types'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { ask, enter as asking, type Way } from './entering'
import { SecondStep } from './second-step'
import type { SignedIn } from './sign-in'
import css from './sign-in.module.css'

/** An invitation is taken up. The page asks the same of everybody: nobody learns here who signs in elsewhere. */
export function Join({ enter }: { enter: (signedIn: SignedIn) => void }) {
  const { t } = useWords()
  const token = useLocation().hash.slice(1)
  const [invitation, setInvitation] = useState<OpenInvitation>()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [second, setSecond] = useState<{ step: string; ways: Way[] }>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    ask<OpenInvitation>('join/look', { token }).then(
      (found) => {
        setInvitation(found)
        setName(found.name)
      },
      (error: unknown) => setProblem(refusal(error, t)),
    )
    // Asked once for each link, whatever language is spoken meanwhile.
  }, [token])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      const answer = await asking('join', { token, name, password })
      if ('signedIn' in answer) enter(answer.signedIn)
      else if ('step' in answer) setSecond(answer)
    } catch (error) {
      setProblem(refusal(error, t))
      setBusy(false)
    }
  }
  if (second) return <SecondStep {...second} enter={enter} back={() => location.assign('/panel/')} />
  if (!invitation) {
    return problem ? <div className={css.form}><h1 className={css.title}>{t('join.gone')}</h1><p role="alert">{problem}</p><a className={css.link} href="/panel/">{t('join.toSignIn')}</a></div> : null
  }
  return (
    <form className={css.form} onSubmit={(event) => void submit(event)}>
      <h1 className={css.title}>{t('join.title', { company: invitation.application })}</h1>
      <p>{t('join.by', { who: invitation.by })}</p>
      <TextInput label={t('signIn.email')} type="email" name="email" autoComplete="username" readOnly value={invitation.email} />
      <TextInput label={t('join.name')} name="name" autoComplete="name" required withAsterisk={false} maxLength={100} autoFocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <PasswordInput label={t('signIn.password')} description={t('join.passwordWhy')} name="password" autoComplete="new-password" required withAsterisk={false}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }} value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
      <p className={css.problem} role="alert">{problem}</p>
      <Button type="submit" loading={busy} fullWidth>{t('join.submit')}</Button>
    </form>
  )
}
