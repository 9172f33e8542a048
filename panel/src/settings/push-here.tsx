import { ActionIcon, Button, Loader } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { pushState, subscribePush, unsubscribePush, type PushState } from '../frame/push'
import type { MyPush, PushDevice } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Ago } from '../parts/ago'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import { testPush, type Found } from './push-test'
import css from './settings.module.css'

const MINE = ['push']

/** Whether this browser gets push messages, proof that it does, and the other browsers that do. */
export function Here() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const { data, error, refetch } = useQuery({ queryKey: MINE, queryFn: ({ signal }) => live.rest<MyPush>('GET', 'push', undefined, signal), enabled: online, staleTime: 5_000 })
  const changed = () => void queries.invalidateQueries({ queryKey: MINE })
  return (
    <>
      <Switch changed={changed} />
      {error && !data && <div role="alert"><p>{t('push.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && (
        <section className={own.section}>
          <h3 className={own.title}>{t('push.devices')}</h3>
          {data.devices.length === 0 && <p className={css.note}>{t('push.noDevices')}</p>}
          {data.devices.length > 0 && <ul className={css.rows} aria-label={t('push.devices')}>{data.devices.map((each) => <Device key={each.id} of={each} changed={changed} />)}</ul>}
          {!data.operator && <p className={css.note}>{t('push.noOperator')}</p>}
        </section>
      )}
    </>
  )
}

function Switch({ changed }: { changed: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const [state, setState] = useState<PushState>()
  const [busy, setBusy] = useState<'turn' | 'test'>()
  const [failed, setFailed] = useState(false)
  const [found, setFound] = useState<Found>()
  useEffect(() => {
    void pushState().then(setState, () => setState('unsupported'))
  }, [])
  const turn = async (on: boolean) => {
    setBusy('turn')
    setFailed(false)
    setFound(undefined)
    try {
      setState(await (on ? subscribePush : unsubscribePush)(live.token))
    } catch {
      setFailed(true)
    } finally {
      setBusy(undefined)
      changed()
    }
  }
  const test = async () => {
    setBusy('test')
    setFailed(false)
    setFound(undefined)
    setFound(await testPush(live, t('push.testTitle'), t('push.testBody')).catch((): Found => ({ step: 'server', said: '' })))
    setBusy(undefined)
    changed()
  }
  const can = state === 'on' || state === 'off'
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('push.here')}</h3>
      <p className={css.note} role="status">{state ? t(`pushState.${state}`) : t('loading')}</p>
      <div className={css.members}>
        {can && <Button variant={state === 'on' ? 'default' : 'filled'} loading={busy === 'turn'} disabled={busy === 'test'} onClick={() => void turn(state === 'off')}>{t(state === 'on' ? 'push.turnOff' : 'push.turnOn')}</Button>}
        {state && <Button variant="default" loading={busy === 'test'} disabled={busy === 'turn'} onClick={() => void test()}>{t('push.test')}</Button>}
      </div>
      {busy === 'test' && <p className={css.note} role="status"><Loader size="xs" mr="xs" />{t('push.waiting')}</p>}
      {failed && <p className={own.error} role="alert">{t('push.turnFailed')}</p>}
      {found && (
        <div role={found.step === 'done' ? 'status' : 'alert'} className={css.lines}>
          <strong>{t(`pushCheck.${found.step}`)}</strong>
          <span className={css.more}>{t(`pushNext.${found.step}`)}</span>
          {found.said && <span className={css.more}>{t('push.said')} <code className={own.code}>{found.said}</code></span>}
        </div>
      )}
    </section>
  )
}

function Device({ of, changed }: { of: PushDevice; changed: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const name = of.name || t('push.someBrowser')
  const remove = async () => {
    setBusy(true)
    setFailed(false)
    try {
      await live.rest('DELETE', `push/devices/${of.id}`)
    } catch {
      setFailed(true)
    } finally {
      setBusy(false)
      changed()
    }
  }
  return (
    <li className={css.row}>
      <span className={css.lines}>
        <strong>{name}</strong>
        <span className={css.more}>{t('push.used')} <Ago at={of.used} long /></span>
        {of.failures > 0 && <span className={css.more}>{t('push.failures', { n: of.failures })}</span>}
        {failed && <span className={own.error} role="alert">{t('failed.action')}</span>}
      </span>
      <ActionIcon variant="subtle" color="gray" size="lg" loading={busy} aria-label={t('push.remove', { name })} onClick={() => void remove()}><IconTrash size={18} stroke={1.7} /></ActionIcon>
    </li>
  )
}
