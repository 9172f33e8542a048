import { Button, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Priority } from '@shared/types'
import { useState } from 'react'
import { carried, useLabels, type Label } from '../inbox/labels-data'
import css from '../inbox/marks.module.css'
import { PRIORITIES, PriorityIcon } from '../inbox/priority'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { RANKS, type Deed } from '../live/state'
import { Dialog } from '../parts/dialog'
import { Face } from '../parts/face'
import { localMoment } from '../parts/local-moment'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { Pick } from './pick'
import { wakes, when } from './snooze'

export type Act = (kind: Deed, to?: number | null) => void
export type Asked = 'labels' | 'priority' | 'snooze' | 'time' | 'assign'

type Props = {
  what: Asked
  /** What the conversation has already; of many nothing is known. */
  now?: { labels?: number[]; priority?: Priority | null; assignee?: number }
  act: Act
  ask: (what: Asked | undefined) => void
}

/** Asks for what a decision needs: which label, how urgent, until when, who. One conversation's or many's. */
export function Choose({ what, now, act, ask }: Props) {
  const close = () => ask(undefined)
  if (what === 'labels') return <Labels now={now?.labels} act={act} close={close} />
  if (what === 'priority') return <Priorities now={now?.priority} act={act} close={close} />
  if (what === 'assign') return <Agents now={now?.assignee} act={act} close={close} />
  if (what === 'time') return <Time act={act} close={close} />
  return <Snooze act={act} close={close} pick={() => ask('time')} />
}

function Labels({ now, act, close }: { now?: number[]; act: Act; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const labels = useLabels()
  const held = carried(labels, now).map(({ id }) => id)
  // Many conversations: what was chosen here is shown as chosen.
  const [picked, setPicked] = useState<readonly number[]>([])
  const chosen = now ? held : picked
  const turn = (id: number) => {
    act(chosen.includes(id) ? 'unlabel' : 'label', id)
    setPicked((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id]))
  }
  const makes = useMay('inbox.manage')
  const make = (name: string) => void live.rest<Label>('POST', 'conversation-labels', { name })
    .then(({ id }) => turn(id), (error: unknown) => notifications.show({ color: 'red', message: refusal(error, t) }))
  return (
    <Pick title={t('label.which')} close={close} several make={makes ? make : undefined} options={(labels ?? []).filter(({ merging }) => !merging).map(({ id, name, colour }) => ({
      id: String(id), name, chosen: chosen.includes(id), icon: <span className={css.dot} data-colour={colour} />, run: () => turn(id),
    }))} />
  )
}

function Priorities({ now, act, close }: { now?: Priority | null; act: Act; close: () => void }) {
  const { t } = useWords()
  return (
    <Pick title={t('priority.title')} close={close} options={[...PRIORITIES, null].map((one) => ({
      id: one ?? 'none', name: t(`priority.${one ?? 'none'}`), chosen: now !== undefined && now === one, icon: <PriorityIcon priority={one} silent />,
      run: () => act('priority', one && RANKS.indexOf(one) + 1),
    }))} />
  )
}

function Agents({ now, act, close }: { now?: number; act: Act; close: () => void }) {
  const { t } = useWords()
  const agents = useFact((state) => state.agents)
  const groups = useFact((state) => state.groups)
  const me = useFact((state) => state.session?.agent.id)
  const sorted = [...agents].sort((a, b) => Number(b.id === me) - Number(a.id === me) || a.name.localeCompare(b.name))
  return (
    <Pick title={t('assign.title')} close={close} options={[
      ...sorted.map(({ id, name }) => ({
        id: `agent-${id}`, name: id === me ? t('assign.me', { name }) : name, chosen: id === now, icon: <Face id={id} name={name} size="small" />, run: () => act('assign', id),
      })),
      { id: 'nobody', name: t('assign.nobody'), run: () => act('assign', null) },
      ...groups.map(({ id, name }) => ({ id: `group-${id}`, name, more: t('choose.group'), run: () => act('group', id) })),
    ]} />
  )
}

function Snooze({ act, close, pick }: { act: Act; close: () => void; pick: () => void }) {
  const { t, locale } = useWords()
  // The next dialog opens when this one is gone.
  return (
    <Pick title={t('snooze.title')} close={close} options={[
      ...wakes(new Date()).map(({ id, at }) => ({ id, name: t(`snooze.${id}`), more: when(locale, at), run: () => act('snooze', at.getTime()) })),
      { id: 'time', name: t('snooze.time'), run: () => setTimeout(pick) },
    ]} />
  )
}

function Time({ act, close }: { act: Act; close: () => void }) {
  const { t, locale } = useWords()
  const [value, setValue] = useState(() => localMoment(wakes(new Date()).find(({ id }) => id === 'tomorrow')!.at))
  const at = new Date(value)
  const past = !(at.getTime() > Date.now())
  return (
    <Dialog opened onClose={close} title={t('snooze.title')} size="sm" transitionProps={{ duration: 0 }}>
      <form className={css.pick} onSubmit={(event) => { event.preventDefault(); if (!past) { act('snooze', at.getTime()); close() } }}>
        <TextInput type="datetime-local" data-autofocus label={t('snooze.when')} value={value} min={localMoment(new Date())} error={past && t('snooze.past')}
          description={Intl.DateTimeFormat().resolvedOptions().timeZone} onChange={(event) => setValue(event.currentTarget.value)} />
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" disabled={past}>{past ? t('snooze.do') : t('snooze.until', { at: when(locale, at) })}</Button>
        </div>
      </form>
    </Dialog>
  )
}
