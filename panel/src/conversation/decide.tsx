import { Button, Menu, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAntennaBars5, IconArchive, IconArrowBackUp, IconArrowMerge, IconChevronDown, IconClock, IconDownload, IconHourglass, IconTag } from '@tabler/icons-react'
import type { Conversation } from '@shared/types'
import { Suspense, useState } from 'react'
import { flushSync } from 'react-dom'
import { useActions } from '../frame/actions'
import { Chip } from '../inbox/chip'
import { carried, useLabels } from '../inbox/labels-data'
import marks from '../inbox/marks.module.css'
import { PriorityIcon } from '../inbox/priority'
import { useLive } from '../live/context'
import type { Deed } from '../live/state'
import { Keys } from '../parts/keys'
import { useMay } from '../live/may'
import { area, aside, useWords } from '../words/words'
import { Assign } from './assign'
import { Choose, type Asked } from './choose'
import css from './conversation.module.css'
import { when } from './snooze'

const CallButton = aside(() => import('../calls/call-button'), 'calls')
const Combine = area(() => import('../combining/combine'), 'combining', 'refusals')
const Transcript = area(() => import('../transcripts/transcript'), 'transcripts', 'refusals')

export const UNDO_FOR = 10_000

/** What can be decided about a conversation: whose it is, its status, how urgent it is and what it is about. */
export default function Decide({ conversation }: { conversation: Conversation }) {
  const { t } = useWords()
  const live = useLive()
  const [asked, setAsked] = useState<Asked>()
  /** At once: keys typed in a row belong to what is asked, and not to what is behind it. */
  const ask = (what: Asked | undefined) => flushSync(() => setAsked(what))
  const [taking, setTaking] = useState(false)
  const [combining, setCombining] = useState(false)
  const mayTake = useMay('contacts.export')
  const { id, status } = conversation
  const turn = useTurn(conversation)
  const closed = status === 'closed'
  const aside = status === 'pending' || status === 'snoozed'
  const act = (kind: Deed, to: number | null = null) => (kind === 'snooze' ? turn.to('snooze', to) : void live.decide(id, kind, to).catch(turn.failed))
  const group = t('keys.conversation')
  useActions([
    { id: 'turn', label: t(closed ? 'keys.reopen' : 'keys.close'), keys: 'e', group, run: () => turn.to(closed ? 'reopen' : 'close') },
    ...(aside ? [{ id: 'takeUp', label: t('status.takeUp'), group, run: () => turn.to('reopen') }] : []),
    { id: 'snooze', label: t('keys.snooze'), keys: 'z', group, run: () => ask('snooze') },
    ...(status === 'pending' ? [] : [{ id: 'pending', label: t('keys.pending'), keys: 'w', group, run: () => turn.to('pending') }]),
    { id: 'labels', label: t('keys.labels'), keys: 'l', group, run: () => ask('labels') },
    { id: 'combine', label: t('combining.ask'), group, run: () => setCombining(true) },
    ...(mayTake ? [{ id: 'transcript', label: t('taking.ask'), group, run: () => setTaking(true) }] : []),
    { id: 'priority', label: t('keys.priority'), keys: 'u', group, run: () => ask('priority') },
  ])
  return (
    <>
      <Suspense><CallButton contact={conversation.contact} conversation={id} /></Suspense>
      <Assign conversation={conversation} />
      <span className={marks.split}>
        <Tooltip label={<>{t(closed ? 'keys.reopen' : 'keys.close')} <Keys keys="e" /></>}>
          <Button variant="default" size="compact-md" className={css.turn} data-closed={closed || undefined} onClick={() => turn.to(closed ? 'reopen' : 'close')} aria-label={t(closed ? 'keys.reopen' : 'keys.close')}
            leftSection={closed ? <IconArrowBackUp size={16} stroke={1.8} /> : <IconArchive size={16} stroke={1.8} />}>
            <span className={css.wide}>{t(closed ? 'reopen' : 'close')}</span>
          </Button>
        </Tooltip>
        <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <Button variant="default" size="compact-md" className={css.turn} aria-label={t('status.more')}><IconChevronDown size={14} /></Button>
          </Menu.Target>
          <Menu.Dropdown aria-label={t('status.more')}>
            <Suspense><CallButton inMenu contact={conversation.contact} conversation={id} /></Suspense>
            {aside && <Menu.Item leftSection={<IconArrowBackUp size={16} />} onClick={() => turn.to('reopen')}>{t('status.takeUp')}</Menu.Item>}
            <Menu.Item leftSection={<IconClock size={16} />} rightSection={<Keys keys="z" />} onClick={() => ask('snooze')}>{t('snooze.ask')}</Menu.Item>
            {status !== 'pending' && <Menu.Item leftSection={<IconHourglass size={16} />} rightSection={<Keys keys="w" />} onClick={() => turn.to('pending')}>{t('keys.pending')}</Menu.Item>}
            <Menu.Divider role="separator" />
            <Menu.Item leftSection={<IconTag size={16} />} rightSection={<Keys keys="l" />} onClick={() => ask('labels')}>{t('label.ask')}</Menu.Item>
            <Menu.Item leftSection={<IconAntennaBars5 size={16} />} rightSection={<Keys keys="u" />} onClick={() => ask('priority')}>{t('priority.ask')}</Menu.Item>
            <Menu.Item leftSection={<IconArrowMerge size={16} />} onClick={() => setCombining(true)}>{t('combining.ask')}</Menu.Item>
            {mayTake && <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => setTaking(true)}>{t('taking.ask')}</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
      </span>
      <Line conversation={conversation} ask={ask} />
      {combining && <Suspense><Combine conversation={conversation} close={() => setCombining(false)} /></Suspense>}
      {taking && <Suspense><Transcript conversation={conversation} close={() => setTaking(false)} /></Suspense>}
      {asked && <Choose what={asked} now={{ labels: conversation.labels ?? [], priority: conversation.priority ?? null, assignee: conversation.assignee?.id }} act={act} ask={ask} />}
    </>
  )
}

/** Below the name, where there is something to say: until when it is put aside, how urgent, what about. */
function Line({ conversation: { status, snoozed_until: until, priority, labels }, ask }: { conversation: Conversation; ask: (what: Asked) => void }) {
  const { t, locale } = useWords()
  const shown = carried(useLabels(), labels)
  if (status !== 'pending' && status !== 'snoozed' && !priority && !shown.length) return null
  return (
    <div className={marks.line}>
      {status === 'snoozed' && until && <button type="button" className={marks.mark} onClick={() => ask('snooze')}><IconClock size={14} aria-hidden="true" />{t('status.snoozedUntil', { at: when(locale, until) })}</button>}
      {status === 'pending' && <span className={marks.mark}><IconHourglass size={14} aria-hidden="true" />{t('status.pending')}</span>}
      {priority && <button type="button" className={marks.mark} onClick={() => ask('priority')} aria-label={t('priority.change', { name: t(`priority.${priority}`) })}><PriorityIcon priority={priority} silent />{t(`priority.${priority}`)}</button>}
      {shown.length > 0 && (
        <button type="button" className={marks.mark} onClick={() => ask('labels')} aria-label={t('label.change', { names: shown.map(({ name }) => name).join(', ') })}>
          {shown.map(({ id, name, colour }) => <Chip key={id} colour={colour}>{name}</Chip>)}
        </button>
      )}
    </div>
  )
}

/** Done at once with a way back: quicker than a question, and as safe. */
function useTurn({ id, contact, status, snoozed_until: until }: Conversation) {
  const { t, locale } = useWords()
  const live = useLive()
  const failed = () => notifications.show({ color: 'red', message: t('failed.action') })
  const before: [Deed, number | null] = status === 'snoozed' && until ? ['snooze', Date.parse(until)] : status === 'pending' ? ['pending', null] : status === 'closed' ? ['close', null] : ['reopen', null]
  const to = (kind: Deed, at: number | null = null) => void live.decide(id, kind, at).then((done) => {
    if (!done || kind === 'reopen') return
    const toast = `turned ${id}`
    const undo = () => {
      notifications.hide(toast)
      void live.decide(id, ...before).catch(failed)
    }
    const said = kind === 'close' ? t('closed.toast', { name: contact.name })
      : kind === 'pending' ? t('pending.toast', { name: contact.name }) : t('snoozed.toast', { name: contact.name, at: when(locale, new Date(at!)) })
    notifications.show({
      id: toast, autoClose: UNDO_FOR, withBorder: true, closeButtonProps: { 'aria-label': t('close') },
      message: <span className={css.toast}>{said} <Button size="compact-sm" variant="light" onClick={undo}>{t('undo')}</Button></span>,
    })
  }, failed)
  return { to, failed }
}
