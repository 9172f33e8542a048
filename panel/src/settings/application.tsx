import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { ApplicationProfile } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import { refusal } from '../words/refusals'
import { useWords, type Key } from '../words/words'
import { Deletion } from './application-deletion'
import { Files } from './application-files'
import { Keys } from './application-keys'
import { Profile } from './application-profile'
import { Sites } from './application-sites'
import own from './privacy.module.css'
import css from './settings.module.css'
import { Sheet } from './sheet'

const KEY = ['application']

/** The application itself: who it is, where it is shown, its keys and files, and its end. */
export default function Application() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data, error, refetch } = useQuery({ queryKey: KEY, queryFn: ({ signal }) => live.rest<ApplicationProfile>('GET', 'application', undefined, signal), enabled: online, staleTime: 10_000, retry: false })
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.application')} why={t('application.why')}>
      {forbidden && <p className={css.note} role="status">{t('application.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('application.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && (
        <>
          <Profile key={`${data.name}|${data.locale}|${data.zone}|${data.website}`} of={data} />
          <Sites of={data} />
          <Keys of={data} />
          <Files key={`${data.attachment_limit}|${data.attachment_types.join()}`} of={data} />
          <section className={own.section}>
            <h3 className={own.title}>{t('application.elsewhere')}</h3>
            <div className={css.rows}>
              <Elsewhere to="/settings/mail" name={'application.mail'} why={'application.mailWhy'} />
              <Elsewhere to="/settings/privacy" name={'application.retention'} why={'application.retentionWhy'} />
            </div>
          </section>
          <Deletion of={data} />
        </>
      )}
    </Sheet>
  )
}

/** A line that leads to a page of its own. */
export function Elsewhere({ to, name, why }: { to: string; name: Key; why: Key }) {
  const { t } = useWords()
  return (
    <div className={css.row}>
      <span className={css.lines}><strong>{t(name)}</strong><span className={css.more}>{t(why)}</span></span>
      <Button size="compact-md" variant="default" component={Link} to={to} aria-label={`${t('application.open')}: ${t(name)}`}>{t('application.open')}</Button>
    </div>
  )
}

/** Changes the application by what one section says; shows the answer, and says why it was refused. */
export function useChange() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const ask = async (method: string, path: string, body: object | undefined, said: Key) => {
    setBusy(true)
    setRefused('')
    try {
      queries.setQueryData(KEY, await live.rest<ApplicationProfile>(method, path, body))
      notifications.show({ withBorder: true, message: t(said), closeButtonProps: { 'aria-label': t('close') } })
      return true
    } catch (error) {
      setRefused(refusal(error, t))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, refused, ask, change: (change: object) => ask('PATCH', 'application', change, 'application.saved') }
}
