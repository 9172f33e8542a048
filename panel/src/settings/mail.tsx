import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Away } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import { AwayForm } from './away-form'
import { Senders } from './mail-senders'
import css from './settings.module.css'
import { Mailboxes } from './mailboxes'
import { Sheet } from './sheet'

const RULE = ['away']

/** What goes out as e-mail when somebody is away, and over what. */
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
      {data && <Senders />}
      {data && <Mailboxes />}
    </Sheet>
  )
}
