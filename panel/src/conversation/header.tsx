import { ActionIcon, Tooltip } from '@mantine/core'
import { IconChevronLeft, IconLayoutSidebarRight } from '@tabler/icons-react'
import type { Conversation } from '@shared/types'
import { Suspense } from 'react'
import { useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact } from '../live/context'
import { useMay } from '../live/may'
import type { View } from '../live/views'
import { Face } from '../parts/face'
import { Keys } from '../parts/keys'
import { useWords } from '../words/words'
import css from './conversation.module.css'
import { Decide } from './late'
import { PromiseLeft } from '../promises/promise'

type Props = { conversation: Conversation; view: View; drawn: boolean; person: boolean; togglePerson: () => void }

export function Header({ conversation, view, drawn, person, togglePerson }: Props) {
  const { t } = useWords()
  const navigate = useNavigate()
  const { contact, status } = conversation
  const group = useFact((state) => state.groups.find(({ id }) => id === conversation.group)?.name)
  const about = status === 'closed' ? t('status.closed') : contact.online ? t('presence.online') : contact.email ?? t('presence.offline')
  const decides = useMay('conversations.manage')
  const back = () => void navigate(`/inbox/${view}`)
  // The button does what the gesture does: back to where one came from, and to the list where that is outside.
  const up = () => void (history.state?.idx > 0 ? navigate(-1) : navigate(`/inbox/${view}`, { replace: true }))
  useActions([
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
          <span className={css.whoMore}>{conversation.sla?.kind && <><PromiseLeft sla={conversation.sla} /> </>}{group ? `${about} · ${group}` : about}</span>
        </span>
      </button>
      {decides && drawn && <Suspense><Decide conversation={conversation} /></Suspense>}
      <Tooltip label={<>{t('keys.person')} <Keys keys="p" /></>}>
        <ActionIcon aria-label={t('keys.person')} aria-pressed={person} onClick={togglePerson}><IconLayoutSidebarRight size={18} stroke={1.7} /></ActionIcon>
      </Tooltip>
    </header>
  )
}
