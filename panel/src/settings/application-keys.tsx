import { Button, CopyButton } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApplicationProfile, MadeSecret } from '../live/api-types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { Elsewhere } from './application'
import page from './application.module.css'
import own from './privacy.module.css'
import css from './settings.module.css'

/** The key of the widget, and the secret that identities are signed with. */
export function Keys({ of }: { of: ApplicationProfile }) {
  const { t } = useWords()
  const [asking, setAsking] = useState(false)
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('application.keys')}</h3>
      <div className={css.rows}>
        <div className={css.row}>
          <span className={css.lines}><strong>{t('application.widgetKey')}</strong><span className={css.more}>{t('application.widgetKeyWhy')}</span></span>
          <code className={own.code}>{of.key}</code>
          <Copy value={of.key} label={`${t('application.copy')}: ${t('application.widgetKey')}`} />
        </div>
        <div className={css.row}>
          <span className={css.lines}><strong>{t('application.secret')}</strong><span className={css.more}>{t('application.secretWhy', { tail: of.secret })}</span></span>
          <Button size="compact-md" variant="default" onClick={() => setAsking(true)} aria-label={`${t('application.rotate')}: ${t('application.secret')}`}>{t('application.rotate')}</Button>
        </div>
        <Elsewhere to="/settings/keys" name={'application.apiKeys'} why={'application.apiKeysWhy'} />
      </div>
      {asking && <Rotate close={() => setAsking(false)} />}
    </section>
  )
}

function Copy({ value, label }: { value: string; label: string }) {
  const { t } = useWords()
  return <CopyButton value={value}>{({ copied, copy }) => <Button size="compact-md" variant="default" onClick={copy} aria-label={copied ? t('copied') : label}>{t(copied ? 'copied' : 'application.copy')}</Button>}</CopyButton>
}

function Rotate({ close }: { close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [made, setMade] = useState('')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const rotate = async () => {
    setBusy(true)
    try {
      setMade((await live.rest<MadeSecret>('POST', 'application/secret')).secret)
      void queries.invalidateQueries({ queryKey: ['application'] })
    } catch (error) {
      setRefused(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t(made ? 'application.newSecret' : 'application.rotateSure')}>
      <div className={page.form}>
        {made ? <><p>{t('application.onlyNow')}</p><code className={own.code}>{made}</code></> : <p>{t('application.rotateWhy')}</p>}
        {refused && <p className={own.error} role="alert">{refused}</p>}
        <div className={css.foot}>
          {made ? <Copy value={made} label={t('application.copy')} /> : <Button color="red" loading={busy} onClick={() => void rotate()}>{t('application.rotate')}</Button>}
          <Button variant="default" onClick={close} data-autofocus>{t(made ? 'close' : 'cancel')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
