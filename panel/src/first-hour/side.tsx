import { Anchor } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { Suspense, useEffect } from 'react'
import { useNavigate } from 'react-router'
import { useOwner } from '../faults/data'
import { record } from '../faults/known'
import { Refused, send, waiting } from '../faults/outbox'
import { useActions } from '../frame/actions'
import { useFact, useLive } from '../live/context'
import { localMoment } from '../parts/local-moment'
import { leaveUnsaved } from '../unsaved/unsaved'
import { refusal } from '../words/refusals'
import { aside, useWords } from '../words/words'
import DeletionBanner from './deletion-banner'

const PromisesTold = aside(() => import('../promises/told'), 'promises')

/** What works beside every screen and is not needed at once: faults are noted and reports sent, and help leads to them. */
export default function Side() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const owner = useOwner()
  const me = useFact((state) => state.session?.agent.id)
  const online = useFact((state) => state.phase === 'online')
  useEffect(record, [])
  useEffect(() => {
    if (!online || !owner || !waiting(owner).length) return
    send(live, owner).then(() => {
      notifications.show({ withBorder: true, message: t('faults.sent'), closeButtonProps: { 'aria-label': t('close') } })
      void queries.invalidateQueries({ queryKey: ['faults'] })
    }, (error: unknown) => {
      if (!(error instanceof Refused)) return
      const { client_id: _, device, trace, noticed, ...said } = error.report
      leaveUnsaved(live.owner, 'fault', { ...said, noticed: localMoment(new Date(noticed)) })
      notifications.show({ withBorder: true, color: 'red', autoClose: false, message: <>{t('faults.refused', { why: refusal(error.cause, t) })} <Anchor component="button" onClick={() => void navigate('/faults/new')}>{t('faults.look')}</Anchor></>, closeButtonProps: { 'aria-label': t('close') } })
    })
  }, [online, owner, live, queries, navigate, t])
  useEffect(() => live.hear({
    fault: ({ fault, state, reporter }) => {
      void queries.invalidateQueries({ queryKey: ['faults'] })
      void queries.invalidateQueries({ queryKey: ['fault', fault] })
      if (reporter !== me || state === 'new') return
      notifications.show({ withBorder: true, message: t('faults.changed', { id: fault, state: t(`faults.state.${state}`) }), closeButtonProps: { 'aria-label': t('close') } })
    },
  }), [live, queries, me, t])
  useActions([
    { id: 'fault', label: t('faults.report'), group: t('keys.everywhere'), run: () => void navigate('/faults/new', { state: { from: location.href } }) },
    { id: 'start', label: t('start.title'), group: t('keys.everywhere'), run: () => void navigate('/settings/start') },
    { id: 'faults', label: t('faults.title'), group: t('keys.everywhere'), run: () => void navigate('/faults') },
  ])
  return <><Suspense><PromisesTold /></Suspense><DeletionBanner /></>
}
