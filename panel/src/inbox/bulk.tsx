import { ActionIcon, Button, CloseButton } from '@mantine/core'
import { IconAntennaBars5, IconArchive, IconArrowBackUp, IconClock, IconTag, IconUserPlus } from '@tabler/icons-react'
import type { InboxOperation } from '@shared/types'
import { useEffect, useRef, useState } from 'react'
import { Choose, type Asked } from '../conversation/choose'
import { useActions } from '../frame/actions'
import { useFact, useLive } from '../live/context'
import type { Where } from '../live/saved-views'
import type { Deed } from '../live/state'
import { groupOf, savedOf, type View } from '../live/views'
import { tellFailed, tellWithUndo } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords, type Key } from '../words/words'
import css from './bulk.module.css'

type Props = { ids: readonly number[]; view: View; shown: number; more: boolean; all: () => void; clear: () => void }

/** The whole view as the server is asked for it. */
function whole(view: View): { view: number } | { where: Where } {
  const saved = savedOf(view)
  if (saved !== undefined) return { view: saved }
  const group = view === 'groups' ? 'mine' : groupOf(view)
  if (view === 'pending' || view === 'snoozed' || view === 'closed') return { where: { status: [view] } }
  return { where: { status: ['open'], ...(view === 'mine' ? { assignee: 'me' } : view === 'unassigned' ? { assignee: 'none' } : {}), ...(group ? { group } : {}) } }
}

/** What can be decided for the conversations that are picked, or for all of the view. */
export default function Bulk({ ids, view, shown, more, all, clear }: Props) {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const [asked, setAsked] = useState<Asked>()
  const [every, setEvery] = useState(false)
  const [running, setRunning] = useState<InboxOperation>()
  // Other rows were picked; that the list was drawn anew changes nothing.
  const picked = ids.join()
  useEffect(() => setEvery(false), [picked])
  const following = useRef(() => {})
  useEffect(() => () => following.current(), [])

  const follow = (begun: InboxOperation, end: (ended: InboxOperation) => void) => {
    setRunning(begun)
    let over = false
    const look = (now: InboxOperation) => {
      if (over || now.id !== begun.id) return
      setRunning(now)
      if (now.status === 'running' || now.status === 'undoing') return
      over = true
      deaf()
      setRunning(undefined)
      end(now)
    }
    // It may have ended before anybody listened, or while the link was down.
    const ask = () => void live.rest<InboxOperation>('GET', `inbox-operations/${begun.id}`).then(look, () => {})
    const deaf = live.hear({ inboxOperation: look, back: ask })
    following.current = deaf
    ask()
  }
  const act = (deed: Deed, to: number | null = null) => {
    const which = every ? whole(view) : { conversations: ids }
    live.rest<InboxOperation>('POST', 'inbox-operations', { deed, to, ...which }).then((begun) => follow(begun, ({ id, changed }) => {
      if (deed !== 'label' && deed !== 'unlabel') clear()
      if (!changed) return tellFailed(t, t('bulk.nothing'))
      tellWithUndo(t, t(`bulk.done.${deed}` as Key, { n: changed }), () => live.rest('POST', `inbox-operations/${id}/undo`))
    }), (error: unknown) => tellFailed(t, refusal(error, t)))
  }
  const closed = view === 'closed'
  const deeds: { id: string; label: string; keys: string; icon: typeof IconTag; run: () => void }[] = [
    { id: 'turn', label: t(closed ? 'reopen' : 'close'), keys: 'e', icon: closed ? IconArrowBackUp : IconArchive, run: () => act(closed ? 'reopen' : 'close') },
    { id: 'assign', label: t('keys.assign'), keys: 'a', icon: IconUserPlus, run: () => setAsked('assign') },
    { id: 'labels', label: t('keys.labels'), keys: 'l', icon: IconTag, run: () => setAsked('labels') },
    { id: 'priority', label: t('keys.priority'), keys: 'u', icon: IconAntennaBars5, run: () => setAsked('priority') },
    { id: 'snooze', label: t('keys.snooze'), keys: 'z', icon: IconClock, run: () => setAsked('snooze') },
  ]
  useActions([
    ...deeds.map(({ id, label, keys, run }) => ({ id: `bulk ${id}`, label, keys, group: t('bulk.keys'), run })),
    { id: 'bulk clear', label: t('bulk.clear'), keys: 'Escape', group: t('bulk.keys'), run: clear },
  ])
  const counted = every ? t('bulk.every') : t('bulk.picked', { n: ids.length })
  return (
    <section className={css.bar} aria-label={t('bulk.label')}>
      <div className={css.line}>
        <span role="status" className={css.count}>{counted}</span>
        {!every && ids.length < shown && <Button size="compact-sm" variant="subtle" onClick={all}>{t('bulk.shown', { n: shown })}</Button>}
        {!every && ids.length >= shown && more && <Button size="compact-sm" variant="subtle" onClick={() => setEvery(true)}>{t('bulk.all')}</Button>}
        <CloseButton className={css.close} aria-label={t('bulk.clear')} title={t('bulk.clear')} onClick={clear} />
      </div>
      <div className={css.line}>
        {deeds.map(({ id, label, icon: Icon, run }) => (
          <ActionIcon key={id} variant="default" className={css.deed} aria-label={label} title={label} disabled={!online || running !== undefined} onClick={run}><Icon size={17} stroke={1.8} /></ActionIcon>
        ))}
      </div>
      {running && <progress className={css.progress} max={1} value={running.progress} aria-label={t('bulk.running')} />}
      {asked && <Choose what={asked} act={act} ask={setAsked} />}
    </section>
  )
}
