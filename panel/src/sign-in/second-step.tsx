import { Button, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useWords } from '../words/words'
import { enter as ask, type Way } from './entering'
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
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      const answer = await ask('sign-in/second', { step, code })
      if ('signedIn' in answer) enter(answer.signedIn)
    } catch (error) {
      setProblem(problemOf(error, t))
      setBusy(false)
    }
  }
  return (
    <form className={css.form} onSubmit={(event) => void submit(event)}>
      <h1 className={css.title}>{t('second.title')}</h1>
      <p>{t(recovering ? 'second.recoveryWhy' : 'second.why')}</p>
      <TextInput key={String(recovering)} label={t(recovering ? 'second.recovery' : 'second.code')} value={code} autoFocus required withAsterisk={false} autoComplete="one-time-code"
        inputMode={recovering ? 'text' : 'numeric'} error={problem !== undefined} aria-describedby="problem" onChange={(event) => setCode(event.currentTarget.value)} />
      <p id="problem" className={css.problem} role="alert">{problem}</p>
      <Button type="submit" loading={busy} fullWidth>{t('second.submit')}</Button>
      {ways.includes('recovery') && (
        <button type="button" className={css.link} onClick={() => { setRecovering(!recovering); setCode(''); setProblem(undefined) }}>{t(recovering ? 'second.usePhone' : 'second.useRecovery')}</button>
      )}
      <Button variant="default" onClick={back} fullWidth>{t('signIn.back')}</Button>
    </form>
  )
}
