import { Button, CopyButton, PasswordInput, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type FormEvent } from 'react'
import type { RecoveryCodes, SecondFactors, TotpSetup } from '../live/api-types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import keys from '../settings/keys.module.css'
import css from '../settings/settings.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import own from './access.module.css'
import { useAgain, useAsked } from './data'

type Deed = 'begin' | 'remove' | 'codes'

/** A phone that shows codes, beside the password. */
export function SecondFactor() {
  const { t, locale } = useWords()
  const again = useAgain()
  const { data } = useAsked<SecondFactors>('profile/second')
  const [asked, setAsked] = useState<Deed>()
  const [setup, setSetup] = useState<TotpSetup>()
  const [codes, setCodes] = useState<string[]>()
  if (!data) return null
  const since = data.since && new Date(data.since).toLocaleDateString(locale, { dateStyle: 'medium' })
  return (
    <section className={css.part} aria-label={t('totp.title')}>
      <h3 className={css.partName}>{t('totp.title')}</h3>
      {data.totp ? (
        <>
          <p>{t('totp.on', { when: since ?? '' })} {t('totp.left', { n: data.recovery_left })}</p>
          <div className={css.acts}>
            <Button variant="default" onClick={() => setAsked('codes')}>{t('totp.newCodes')}</Button>
            <Button variant="default" onClick={() => setAsked('remove')}>{t('totp.remove')}</Button>
          </div>
        </>
      ) : (
        <>
          <p className={css.note}>{t(data.required ? 'totp.required' : 'totp.why')}</p>
          <Button className={css.adds} onClick={() => setAsked('begin')}>{t('totp.begin')}</Button>
        </>
      )}
      {asked && (
        <Prove deed={asked} password={data.password} close={() => setAsked(undefined)}
          done={(answer) => {
            setAsked(undefined)
            if (answer && 'secret' in answer) setSetup(answer)
            else if (answer) setCodes(answer.codes)
            void again('profile/second')
          }} />
      )}
      {setup && <SetUp setup={setup} close={() => setSetup(undefined)} done={(made) => { setSetup(undefined); setCodes(made.codes); void again('profile/second') }} />}
      <Codes codes={codes} close={() => setCodes(undefined)} />
    </section>
  )
}

const PATHS: Record<Deed, [string, string]> = { begin: ['POST', 'profile/totp'], remove: ['POST', 'profile/totp/remove'], codes: ['POST', 'profile/recovery-codes'] }

/** The password again: an open window must not be enough to change how somebody signs in. */
function Prove({ deed, password: has, close, done }: { deed: Deed; password: boolean; close: () => void; done: (answer?: TotpSetup | RecoveryCodes) => void }) {
  const { t } = useWords()
  const live = useLive()
  const [password, setPassword] = useState('')
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const go = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      const [method, path] = PATHS[deed]
      const answer = await live.rest<TotpSetup | RecoveryCodes | undefined>(method, path, { password })
      if (deed === 'remove') notifications.show({ message: t('totp.removed') })
      done(answer)
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t(deed === 'begin' ? 'totp.begin' : deed === 'remove' ? 'totp.remove' : 'totp.newCodes')}>
      <form className={css.form} onSubmit={(event) => void go(event)}>
        {deed !== 'begin' && <p>{t(deed === 'remove' ? 'totp.removeWhy' : 'totp.newCodesWhy')}</p>}
        {has && <PasswordInput label={t('password.current')} autoComplete="current-password" visibilityToggleButtonProps={{ 'aria-label': t('password.show') }} value={password} onChange={(event) => setPassword(event.currentTarget.value)} data-autofocus />}
        {refused && <p role="alert">{refused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy}>{t('totp.go')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function SetUp({ setup, close, done }: { setup: TotpSetup; close: () => void; done: (codes: RecoveryCodes) => void }) {
  const { t } = useWords()
  const live = useLive()
  const [code, setCode] = useState('')
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const confirm = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      done(await live.rest<RecoveryCodes>('POST', 'profile/totp/confirm', { code }))
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  const { size, path } = setup.picture
  return (
    <Dialog opened onClose={close} title={t('totp.begin')}>
      <form className={css.form} onSubmit={(event) => void confirm(event)}>
        <p>{t('totp.scan')}</p>
        <svg className={own.picture} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t('totp.picture')} shapeRendering="crispEdges"><path d={path} /></svg>
        <p className={css.more}>{t('totp.bySecret')}</p>
        <code className={keys.secret} data-testid="secret">{setup.secret}</code>
        <TextInput label={t('totp.code')} value={code} inputMode="numeric" autoComplete="one-time-code" required withAsterisk={false} error={refused || undefined} onChange={(event) => setCode(event.currentTarget.value)} data-autofocus />
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy}>{t('totp.confirm')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

/** The only time that the codes are seen: nothing closes them by accident. */
function Codes({ codes, close }: { codes?: string[]; close: () => void }) {
  const { t } = useWords()
  return (
    <Dialog opened={codes !== undefined} onClose={close} title={t('totp.codes')} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false}>
      <p>{t('totp.codesWhy')}</p>
      <ul className={own.codes} aria-label={t('totp.codes')}>{codes?.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
      <div className={css.foot}>
        <CopyButton value={codes?.join('\n') ?? ''}>{({ copied, copy }) => <Button variant="default" onClick={copy}>{copied ? t('copied') : t('totp.copyCodes')}</Button>}</CopyButton>
        <Button onClick={close} data-autofocus>{t('totp.codesKept')}</Button>
      </div>
    </Dialog>
  )
}
