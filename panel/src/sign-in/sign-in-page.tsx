import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { RestError } from '../live/rest'
import { useWords, type T } from '../words/words'
import { enter as ask, enterWithPasskey, type Answer, type Choice, type Way } from './entering'
import { hasPasskeys } from './passkey'
import { SecondStep } from './second-step'
import { addressOfSso } from './sso'
import type { SignedIn } from './sign-in'
import css from './sign-in.module.css'

/** Mantine would take only a text of the field's own; this one belongs to both. */
const describe = (field: HTMLInputElement | null) => field?.setAttribute('aria-describedby', 'problem')

export const problemOf = (error: unknown, t: T): string => {
  if (error instanceof DOMException) return t('signIn.noPasskey')
  if (!(error instanceof RestError)) return String(error)
  if (error.status === 401) return t(error.details.reason === 'passkey' ? 'signIn.wrongPasskey' : error.details.reason === 'sso_only' ? 'signIn.ssoOnly' : error.details.reason === 'code' ? 'signIn.wrongCode' : 'signIn.wrong')
  if (error.status === 429) return t('signIn.limited')
  return error.code === 'unreachable' ? t('signIn.unreachable') : t('signIn.other', { detail: error.message })
}

export function SignIn({ notice, enter }: { notice?: string; enter: (signedIn: SignedIn) => void }) {
  const { t } = useWords()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [choices, setChoices] = useState<Choice[]>()
  const [again, setAgain] = useState<(application: number) => Promise<Answer>>()
  const [second, setSecond] = useState<{ step: string; ways: Way[] }>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [wrong, setWrong] = useState(false)

  const attempt = async (answering: () => Promise<Answer>) => {
    setBusy(true)
    setProblem(undefined)
    setWrong(false)
    try {
      const answer = await answering()
      if ('choose' in answer) {
        setChoices(answer.choose)
        setAgain(() => answer.again)
      }
      else if ('step' in answer) setSecond(answer)
      else enter(answer.signedIn)
    } catch (error) {
      setWrong(error instanceof RestError && error.status === 401)
      setProblem(problemOf(error, t))
    } finally {
      setBusy(false)
    }
  }
  const withPassword = (application?: number) => attempt(() => ask('sign-in', { email: email.trim(), password, ...(application === undefined ? {} : { application }) }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void withPassword()
  }
  const back = () => {
    setChoices(undefined)
    setSecond(undefined)
    setProblem(undefined)
  }

  const sso = addressOfSso()
  const blamed = { error: wrong, 'aria-invalid': wrong || undefined, ref: describe }
  if (second) return <SecondStep {...second} enter={enter} back={back} />
  if (choices) {
    return (
      <>
        <ChooseApplication choices={choices} busy={busy} choose={(id) => void (again ? attempt(() => again(id)) : withPassword(id))} back={back} />
        {problem && <p className={css.problem} role="alert">{problem}</p>}
      </>
    )
  }
  return (
    <form className={css.form} onSubmit={submit}>
      <h1 className={css.title}>{t('signIn.title')}</h1>
      {notice === 'ended' && <p className={css.notice} role="status">{t('signIn.ended')}</p>}
      <TextInput label={t('signIn.email')} type="email" name="email" autoComplete="username" required withAsterisk={false} autoFocus {...blamed}
        value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
      <PasswordInput label={t('signIn.password')} name="password" autoComplete="current-password" required withAsterisk={false} {...blamed}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
      <p id="problem" className={css.problem} role="alert">{problem}</p>
      <Button type="submit" loading={busy} fullWidth>{t('signIn.submit')}</Button>
      {hasPasskeys() && <Button variant="default" fullWidth disabled={busy} onClick={() => void attempt(() => enterWithPasskey())}>{t('signIn.passkey')}</Button>}
      {sso && <Button component="a" href={sso} variant="default" fullWidth>{t('signIn.sso')}</Button>}
      <Link className={css.link} to="/forgotten">{t('signIn.forgotten')}</Link>
    </form>
  )
}

type ChooseProps = { choices: Choice[]; busy: boolean; choose: (id: number) => void; back: () => void }

function ChooseApplication({ choices, busy, choose, back }: ChooseProps) {
  const { t } = useWords()
  return (
    <div className={css.form}>
      <h1 className={css.title}>{t('signIn.choose')}</h1>
      <ul className={css.choices}>
        {choices.map(({ id, name }, index) => (
          <li key={id}>
            <button type="button" className={css.choice} disabled={busy} autoFocus={index === 0} onClick={() => choose(id)}>{name}</button>
          </li>
        ))}
      </ul>
      <Button variant="default" onClick={back} fullWidth>{t('signIn.back')}</Button>
    </div>
  )
}
