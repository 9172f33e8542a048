import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Away, MailCheck } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import css from './settings.module.css'
import { AwayForm } from './away-form'
import { Mailboxes } from './mailboxes'
import { Sheet } from './sheet'

const RULE = ['away']

/** What goes out as e-mail when somebody is away, and whether the mail server works. */
export default function Mail() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data, error, refetch } = useQuery({ queryKey: RULE, queryFn: ({ signal }) => live.rest<Away>('GET', 'away', undefined, signal), enabled: online, staleTime: 10_000 })
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.mail')} why={t('mail.why')}>
      {forbidden && <p className={css.note} role="status">{t('privacySettings.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <AwayForm key={JSON.stringify(data)} kept={data} />}
      {data && <Check />}
      {data && <Mailboxes />}
    </Sheet>
  )
}

/** Sends one mail to whoever asks, and names the step that fails, with what to do. */
function Check() {
  const { t } = useWords()
  const live = useLive()
  const [busy, setBusy] = useState(false)
  const [found, setFound] = useState<MailCheck>()
  const [failed, setFailed] = useState(false)
  const check = async () => {
    setBusy(true)
    setFailed(false)
    setFound(undefined)
    try {
      setFound(await live.rest<MailCheck>('POST', 'mail/check', {}))
    } catch {
      setFailed(true)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('mail.server')}</h3>
      <p className={css.note}>{t('mail.serverWhy')}</p>
      <div><Button variant="default" loading={busy} onClick={() => void check()}>{t('mail.check')}</Button></div>
      {failed && <p className={own.error} role="alert">{t('failed.action')}</p>}
      {found && (
        <div role={found.step === 'done' ? 'status' : 'alert'} className={css.lines}>
          <strong>{t(`mailCheck.${found.step}`, { to: found.to })}</strong>
          <span className={css.more}>{t(`mailNext.${found.step}`)}</span>
          {found.said && <span className={css.more}>{t('mail.said')} <code className={own.code}>{found.said}</code></span>}
        </div>
      )}
    </section>
  )
}
