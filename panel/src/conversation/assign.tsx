import { Button, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCheck, IconChevronDown, IconUserPlus, IconUsersGroup } from '@tabler/icons-react'
import type { Conversation } from '@shared/types'
import { useRef, useState, type KeyboardEvent } from 'react'
import { flushSync } from 'react-dom'
import { useActions } from '../frame/actions'
import { useFact, useLive } from '../live/context'
import { Face } from '../parts/face'
import { MenuGroup } from '../parts/menu-group'
import { useWords } from '../words/words'
import css from './conversation.module.css'

export function Assign({ conversation: { id, assignee, group } }: { conversation: Conversation }) {
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
            leftSection={<Face id={agent.id} name={agent.name} online={agent.online} state={agent.state} size="small" />}>
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
