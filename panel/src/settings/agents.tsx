import { Button, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { TeamAgent as Agent, TeamAgents } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Face } from '../parts/face'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import css from './settings.module.css'
import { Sheet } from './sheet'


const KEY = ['agents']

/** Who works for the application, and the way out for those who no longer do. */
export default function Agents() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const [leaving, setLeaving] = useState<Agent>()
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => live.rest<TeamAgents>('GET', 'agents', undefined, signal),
    enabled: online,
    staleTime: 10_000,
  })
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.agents')} why={t('agents.why')}>
      {forbidden && <p className={css.note} role="status">{t('agents.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('agents.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && (
        <ul className={css.rows} aria-label={t('settings.agents')}>
          {data.agents.map((agent) => (
            <li key={agent.id} className={css.row}>
              <Face id={agent.id} name={agent.name} />
              <span className={css.lines}><strong>{agent.name}</strong><span className={css.more}>{agent.email}</span></span>
              <span className={css.state}>{t(`role.${agent.role}`)}</span>
              <Button size="compact-md" variant="default" onClick={() => setLeaving(agent)} aria-label={t('agents.removeName', { name: agent.name })}>{t('agents.remove')}</Button>
            </li>
          ))}
        </ul>
      )}
      <Leaving agent={leaving} close={() => setLeaving(undefined)} />
    </Sheet>
  )
}

/** Taking somebody out can't be taken back, so it is asked for, with what it means. */
function Leaving({ agent, close }: { agent?: Agent; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const done = () => {
    setRefused('')
    close()
  }
  const remove = async (one: Agent) => {
    setBusy(true)
    try {
      await live.rest('DELETE', `agents/${one.id}`)
      await queries.invalidateQueries({ queryKey: KEY })
      notifications.show({ message: t('agents.removed', { name: one.name }) })
      done()
    } catch (error) {
      setRefused(error instanceof RestError && error.code === 'forbidden' ? t('agents.last') : t('failed.action'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened={agent !== undefined} onClose={done} title={agent && t('agents.sure', { name: agent.name })} closeButtonProps={{ 'aria-label': t('close') }}>
      <p>{t('agents.sureWhy')}</p>
      {refused && <p role="alert">{refused}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={done} data-autofocus>{t('cancel')}</Button>
        <Button color="red" loading={busy} onClick={() => agent && void remove(agent)}>{t('agents.remove')}</Button>
      </div>
    </Modal>
  )
}
