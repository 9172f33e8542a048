import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { Brand } from '../parts/brand'
import { useWords, type Key } from '../words/words'
import { signIn, SignInError, type Choice, type SignedIn } from './sign-in'
import css from './sign-in.module.css'

const SAY: Record<SignInError['reason'], Key> = {
  wrong: 'signIn.wrong', limited: 'signIn.limited', unreachable: 'signIn.unreachable', other: 'signIn.other',
}

/** Mantine would take only a text of the field's own; this one belongs to both. */
const describe = (field: HTMLInputElement | null) => field?.setAttribute('aria-describedby', 'problem')

export function SignIn({ notice, enter }: { notice?: string; enter: (signedIn: SignedIn) => void }) {
  const { t, language, speak } = useWords()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [choices, setChoices] = useState<Choice[]>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [wrong, setWrong] = useState(false)

  const attempt = async (application?: number) => {
    setBusy(true)
    setProblem(undefined)
    setWrong(false)
    try {
      const answer = await signIn(email.trim(), password, application)
      if ('choose' in answer) setChoices(answer.choose)
      else enter(answer.signedIn)
    } catch (error) {
      setWrong(error instanceof SignInError && error.reason === 'wrong')
      setProblem(error instanceof SignInError ? t(SAY[error.reason], { detail: error.message }) : String(error))
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void attempt()
  }

  const blamed = { error: wrong, 'aria-invalid': wrong || undefined, ref: describe }
  return (
    <main className={css.page}>
      <div className={css.card}>
        <div className={css.brand}>
          <Brand size={32} />
          <span>Switchboard</span>
        </div>
        {choices ? (
          <ChooseApplication choices={choices} busy={busy} choose={(id) => void attempt(id)} back={() => setChoices(undefined)} />
        ) : (
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
          </form>
        )}
        {choices && problem && <p className={css.problem} role="alert">{problem}</p>}
      </div>
      <button type="button" className={css.language} lang={language === 'pl' ? 'en' : 'pl'} onClick={() => speak(language === 'pl' ? 'en' : 'pl')}>
        {language === 'pl' ? 'English' : 'Polski'}
      </button>
    </main>
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
