import { Button, CopyButton } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApiKey, ApiKeys } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Dialog } from '../parts/dialog'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import { NewKey, type Made } from './key-form'
import css from './keys.module.css'
import page from './settings.module.css'
import { Sheet } from './sheet'

const KEY = ['keys']

/** What lets other programs in: made here, shown once, taken away here. */
export default function Keys() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<Made>()
  const [leaving, setLeaving] = useState<ApiKey>()
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => live.rest<ApiKeys>('GET', 'keys', undefined, signal),
    enabled: online,
    staleTime: 10_000,
  })
  const forbidden = error instanceof RestError && error.status === 403
  const create = data && <Button onClick={() => setMaking(true)}>{t('apiKeys.new')}</Button>
  return (
    <Sheet title={t('settings.keys')} why={t('apiKeys.why')} actions={create}>
      {forbidden && <p className={page.note} role="status">{t('apiKeys.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('apiKeys.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={page.note}>{t('loading')}</p></Late>}
      {data?.keys.length === 0 && <p className={page.note}>{t('apiKeys.none')}</p>}
      {data && data.keys.length > 0 && (
        <ul className={page.rows} aria-label={t('settings.keys')}>
          {data.keys.map((key) => <Row key={key.id} of={key} revoke={() => setLeaving(key)} />)}
        </ul>
      )}
      {making && data && (
        <NewKey
          scopes={data.scopes}
          close={() => setMaking(false)}
          done={(next) => {
            setMaking(false)
            setMade(next)
            void queries.invalidateQueries({ queryKey: KEY })
          }}
        />
      )}
      <Secret made={made} close={() => setMade(undefined)} />
      <Revoking of={leaving} close={() => setLeaving(undefined)} />
    </Sheet>
  )
}

function Row({ of, revoke }: { of: ApiKey; revoke: () => void }) {
  const { t, locale } = useWords()
  const day = (text: string) => new Date(text).toLocaleDateString(locale, { dateStyle: 'medium' })
  const moment = (text: string) => new Date(text).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const over = of.expires !== null && new Date(of.expires).getTime() <= Date.now()
  const may = of.kind === 'mobile' ? t('apiKeys.mobile') : of.scopes === null ? t('apiKeys.everything') : t('apiKeys.some', { n: of.scopes.length })
  return (
    <li className={`${page.row} ${css.row}`}>
      <span className={page.lines}>
        <strong>{of.name}</strong>
        <span className={page.more}>{of.tail && <><code className={css.tail}>…{of.tail}</code> · </>}<span title={of.scopes?.join(', ')}>{may}</span></span>
        <span className={page.more}>
          {of.used ? t('apiKeys.used', { when: moment(of.used) }) : t('apiKeys.unused')}
          {of.expires ? ` · ${t(over ? 'apiKeys.ended' : 'apiKeys.until', { when: day(of.expires) })}` : ` · ${t('apiKeys.forever')}`}
        </span>
      </span>
      <Button size="compact-md" variant="default" onClick={revoke} aria-label={t('apiKeys.revokeName', { name: of.name })}>{t('apiKeys.revoke')}</Button>
    </li>
  )
}

/** The only time that anybody sees the key: nothing closes it by accident. */
function Secret({ made, close }: { made?: Made; close: () => void }) {
  const { t } = useWords()
  return (
    <Dialog opened={made !== undefined} onClose={close} title={t('apiKeys.shown')} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false}>
      <p>{t('apiKeys.shownWhy')}</p>
      <code className={css.secret} data-testid="secret">{made?.secret}</code>
      <div className={page.foot}>
        <CopyButton value={made?.secret ?? ''}>
          {({ copied, copy }) => <Button onClick={copy} data-autofocus>{copied ? t('copied') : t('apiKeys.copy')}</Button>}
        </CopyButton>
        <Button variant="default" onClick={close}>{t('apiKeys.stored')}</Button>
      </div>
    </Dialog>
  )
}

/** What uses the key stops at once, so it is asked for, with what it means. */
function Revoking({ of, close }: { of?: ApiKey; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const done = () => {
    setFailed(false)
    close()
  }
  const revoke = async (one: ApiKey) => {
    setBusy(true)
    try {
      await live.rest('DELETE', `keys/${one.id}`)
      await queries.invalidateQueries({ queryKey: KEY })
      notifications.show({ message: t('apiKeys.revoked', { name: one.name }) })
      done()
    } catch {
      setFailed(true)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog opened={of !== undefined} onClose={done} title={of && t('apiKeys.sure', { name: of.name })}>
      <p>{t(of?.kind === 'mobile' ? 'apiKeys.sureMobile' : 'apiKeys.sureWhy')}</p>
      {failed && <p role="alert">{t('failed.action')}</p>}
      <div className={page.foot}>
        <Button variant="default" onClick={done} data-autofocus>{t('cancel')}</Button>
        <Button color="red.9" loading={busy} onClick={() => of && void revoke(of)}>{t('apiKeys.revoke')}</Button>
      </div>
    </Dialog>
  )
}
