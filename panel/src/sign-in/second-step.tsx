import { Button, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useWords } from '../words/words'
import { enter as ask, enterWithPasskey, type Answer, type Way } from './entering'
import type { SignedIn } from './sign-in'
import { problemOf } from './sign-in-page'
import css from './sign-in.module.css'

type Props = { step: string; ways: Way[]; enter: (signedIn: SignedIn) => void; back: () => void }

/** The password was right; now the phone says that it is really this person. */
export function SecondStep({ step, ways, enter, back }: Props) {
  const { t } = useWords()
  const [recovering, setRecovering] = useState(false)
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const prove = async (proving: () => Promise<Answer>) => {
    setBusy(true)
    setProblem(undefined)
    try {
      const answer = await proving()
      if ('signedIn' in answer) enter(answer.signedIn)
    } catch (error) {
      setProblem(problemOf(error, t))
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void prove(() => ask('sign-in/second', { step, code }))
  }
  const coded = ways.includes('totp')
  return (
    <form className={css.form} onSubmit={submit}>
      <h1 className={css.title}>{t('second.title')}</h1>
      <p>{t(!coded ? 'second.passkeyWhy' : recovering ? 'second.recoveryWhy' : 'second.why')}</p>
      {coded && <TextInput key={String(recovering)} label={t(recovering ? 'second.recovery' : 'second.code')} value={code} autoFocus required withAsterisk={false} autoComplete="one-time-code"
        inputMode={recovering ? 'text' : 'numeric'} error={problem !== undefined} aria-describedby="problem" onChange={(event) => setCode(event.currentTarget.value)} />}
      <p id="problem" className={css.problem} role="alert">{problem}</p>
      {coded && <Button type="submit" loading={busy} fullWidth>{t('second.submit')}</Button>}
      {ways.includes('passkey') && <Button variant={coded ? 'default' : 'filled'} fullWidth disabled={busy} onClick={() => void prove(() => enterWithPasskey(step))}>{t('second.usePasskey')}</Button>}
      {ways.includes('recovery') && (
        <button type="button" className={css.link} onClick={() => { setRecovering(!recovering); setCode(''); setProblem(undefined) }}>{t(recovering ? 'second.usePhone' : 'second.useRecovery')}</button>
      )}
      <Button variant="default" onClick={back} fullWidth>{t('signIn.back')}</Button>
    </form>
  )
}
