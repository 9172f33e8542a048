import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconArchive, IconArrowBackUp, IconCheck, IconChevronDown, IconChevronLeft, IconLayoutSidebarRight, IconUserPlus, IconUsersGroup } from '@tabler/icons-react'
import type { Conversation } from '@shared/types'
import { useRef, useState, type KeyboardEvent } from 'react'
import { flushSync } from 'react-dom'
import { useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact, useLive } from '../live/context'
import type { View } from '../live/views'
import { Face } from '../parts/face'
import { Keys } from '../parts/keys'
import { MenuGroup } from '../parts/menu-group'
import { useWords } from '../words/words'
import css from './conversation.module.css'

type Props = { conversation: Conversation; view: View; person: boolean; togglePerson: () => void }

const UNDO_FOR = 10_000

export function Header({ conversation, view, person, togglePerson }: Props) {
  const { t } = useWords()
  const navigate = useNavigate()
  const { contact, status } = conversation
  const group = useFact((state) => state.groups.find(({ id }) => id === conversation.group)?.name)
  const about = status === 'closed' ? t('status.closed') : contact.online ? t('presence.online') : contact.email ?? t('presence.offline')
  const back = () => void navigate(`/inbox/${view}`)
  // The button does what the gesture does: back to where one came from, and to the list where that is outside.
  const up = () => void (history.state?.idx > 0 ? navigate(-1) : navigate(`/inbox/${view}`, { replace: true }))
  const turn = useTurn(conversation)
  const closed = status === 'closed'
  useActions([
    { id: 'turn', label: t(closed ? 'keys.reopen' : 'keys.close'), keys: 'e', group: t('keys.conversation'), run: closed ? turn.reopen : turn.close },
    { id: 'person', label: t('keys.person'), keys: 'p', group: t('keys.conversation'), run: togglePerson },
    { id: 'back', label: t('keys.back'), keys: 'Escape', group: t('keys.conversation'), hidden: true, run: back },
  ])
  return (
    <header className={css.header}>
      <ActionIcon className={css.back} size="var(--sb-touch)" aria-label={t('keys.back')} onClick={up}><IconChevronLeft size={22} /></ActionIcon>
      <button type="button" className={css.who} onClick={togglePerson} aria-expanded={person}>
        <Face id={contact.id} name={contact.name} online={contact.online} />
        <span className={css.whoLines}>
          <h2 className={css.whoName}>{contact.name}</h2>
          <span className={css.whoMore}>{group ? `${about} · ${group}` : about}</span>
        </span>
      </button>
      <Assign conversation={conversation} />
      <Tooltip label={<>{t(closed ? 'keys.reopen' : 'keys.close')} <Keys keys="e" /></>}>
        <Button variant="default" size="compact-md" className={css.turn} data-closed={closed || undefined} onClick={closed ? turn.reopen : turn.close} aria-label={t(closed ? 'keys.reopen' : 'keys.close')}
          leftSection={closed ? <IconArrowBackUp size={16} stroke={1.8} /> : <IconArchive size={16} stroke={1.8} />}>
          <span className={css.wide}>{t(closed ? 'reopen' : 'close')}</span>
        </Button>
      </Tooltip>
      <Tooltip label={<>{t('keys.person')} <Keys keys="p" /></>}>
        <ActionIcon aria-label={t('keys.person')} aria-pressed={person} onClick={togglePerson}><IconLayoutSidebarRight size={18} stroke={1.7} /></ActionIcon>
      </Tooltip>
    </header>
  )
}

/** Closing at once with a way back: quicker than a question, and as safe. */
function useTurn({ id, contact }: Conversation) {
  const { t } = useWords()
  const live = useLive()
  const failed = () => notifications.show({ color: 'red', message: t('failed.action') })
  const reopen = () => void live.decide(id, 'reopen').catch(failed)
  const close = () => void live.decide(id, 'close').then((done) => {
    if (!done) return
    const toast = `closed ${id}`
    const undo = () => {
      notifications.hide(toast)
      reopen()
    }
    notifications.show({
      id: toast, autoClose: UNDO_FOR, withBorder: true, closeButtonProps: { 'aria-label': t('close') },
      message: <span className={css.toast}>{t('closed.toast', { name: contact.name })} <Button size="compact-sm" variant="light" onClick={undo}>{t('undo')}</Button></span>,
    })
  }, failed)
  return { close, reopen }
}

function Assign({ conversation: { id, assignee, group } }: { conversation: Conversation }) {
  const { t } = useWords()
  const live = useLive()
  const agents = useFact((state) => state.agents)
  const groups = useFact((state) => state.groups)
  const named = groups.find((one) => one.id === group)?.name
  const me = useFact((state) => state.session?.agent.id)
  const [opened, setOpened] = useState(false)
  const dropdown = useRef<HTMLDivElement>(null)
  /** At once, and with the focus: keys typed in a row must not reach what is behind. */
  const turnMenu = (on: boolean) => {
    flushSync(() => setOpened(on))
    if (on) dropdown.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus({ preventScroll: true })
  }
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Tab') return
    event.preventDefault()
    turnMenu(false)
  }
  const failed = () => notifications.show({ color: 'red', message: t('failed.action') })
  const assign = (agent: number | null) => void live.decide(id, 'assign', agent).catch(failed)
  const move = (to: number | null) => void live.decide(id, 'group', to).catch(failed)
  useActions([
    { id: 'assign', label: t('keys.assign'), keys: 'a', group: t('keys.conversation'), run: () => turnMenu(true) },
    ...(me && assignee?.id !== me ? [{ id: 'take', label: t('keys.take'), group: t('keys.conversation'), run: () => assign(me) }] : []),
  ])
  const others = [...agents].sort((a, b) => Number(b.id === me) - Number(a.id === me) || a.name.localeCompare(b.name))
  return (
    <Menu opened={opened} onChange={turnMenu} position="bottom-end" trapFocus={false} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button variant="default" size="compact-md" className={css.assign} aria-label={assignee ? t('assign.is', { name: assignee.name }) : named ? t('assign.group', { name: named }) : t('assign.none')}
          leftSection={assignee ? <Face id={assignee.id} name={assignee.name} size="small" /> : named ? <IconUsersGroup size={16} stroke={1.8} /> : <IconUserPlus size={16} stroke={1.8} />}
          rightSection={<IconChevronDown size={14} className={css.wide} />}>
          <span className={css.wide}>{assignee ? (assignee.id === me ? t('you.short') : assignee.name.split(' ')[0]) : named ?? t('assign.do')}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown ref={dropdown} aria-label={t('assign.title')} onKeyDown={leave}>
        <MenuGroup label={t('assign.title')}>
        {others.map((agent) => (
          <Menu.Item key={agent.id} onClick={() => assign(agent.id)} aria-current={agent.id === assignee?.id || undefined}
            rightSection={agent.id === assignee?.id && <IconCheck size={16} aria-hidden="true" />}
            leftSection={<Face id={agent.id} name={agent.name} online={agent.online} size="small" />}>
            {agent.id === me ? t('assign.me', { name: agent.name }) : agent.name}
          </Menu.Item>
        ))}
        {assignee && <Menu.Item onClick={() => assign(null)}>{t('assign.nobody')}</Menu.Item>}
        </MenuGroup>
        {groups.length > 0 && (
          <>
            <Menu.Divider role="separator" />
            <MenuGroup label={t('assign.groups')}>
              {groups.map((one) => (
                <Menu.Item key={one.id} onClick={() => move(one.id)} aria-current={one.id === group || undefined}
                  leftSection={<IconUsersGroup size={16} stroke={1.7} aria-hidden="true" />} rightSection={one.id === group && <IconCheck size={16} aria-hidden="true" />}>
                  {one.name}
                </Menu.Item>
              ))}
              {named && <Menu.Item onClick={() => move(null)}>{t('assign.noGroup')}</Menu.Item>}
            </MenuGroup>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
