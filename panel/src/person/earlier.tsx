import { Button } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import type { Conversation } from '@shared/types'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import { useFact, useLive } from '../live/context'
import { newestFirst } from '../live/views'
import { Ago } from '../parts/ago'
import { useWords } from '../words/words'
import css from './beside.module.css'
import { Section } from './person'
import shared from './person.module.css'

/** As much of an earlier conversation as tells what it was about. */
const LINES = 30

/** What else was talked about with this person: state and last words of each, its lines on demand, without leaving this one. */
export function Earlier({ contact, current, hideEmpty = false }: { contact: number; current?: number; hideEmpty?: boolean }) {
  const { t } = useWords()
  const known = useFact((state) => state.conversations)
  const others = useMemo(
    () => Object.values(known).filter((one) => one.contact.id === contact && one.id !== current && !one.merged_into).sort(newestFirst),
    [known, contact, current],
  )
  if (!others.length && hideEmpty) return null
  return (
    <Section title={t('person.conversations')}>
      {others.length === 0 ? <p className={shared.none}>{t('beside.noOthers')}</p> : (
        <ul className={css.earlier}>{others.map((one) => <One key={one.id} conversation={one} />)}</ul>
      )}
    </Section>
  )
}

function One({ conversation: { id, status, last, updated_at: at } }: { conversation: Conversation }) {
  const { t } = useWords()
  const [open, setOpen] = useState(false)
  return (
    <li>
      <button type="button" className={css.earlierHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} aria-hidden="true" style={open ? { rotate: '90deg' } : undefined} />
        <span className={shared.otherWords}>{last?.text || t('list.nothing')}</span>
        <span className={shared.when}>{t(`beside.status.${status}`)} · <Ago at={at} /></span>
      </button>
      {open && <Lines id={id} view={status === 'closed' ? 'closed' : 'open'} />}
    </li>
  )
}

function Lines({ id, view }: { id: number; view: string }) {
  const { t } = useWords()
  const live = useLive()
  const position = useFact((state) => state.conversations[id]?.position ?? 0)
  const { data, isError } = useQuery({
    queryKey: ['earlier', id, position],
    queryFn: () => live.link.ask('conversation.open', { conversation: id, after: Math.max(0, position - LINES), limit: LINES }),
    placeholderData: (before) => before,
  })
  return (
    <div className={css.lines}>
      {isError && !data && <p className={shared.none} role="alert">{t('person.failed')}</p>}
      {data?.messages.filter(({ kind }) => kind === 'text').map((message) => (
        <p key={message.id} className={css.line} data-theirs={message.author.kind === 'contact' || undefined}>
          <span className={css.author}>{message.author.name} · <Ago at={message.at} /></span>
          <span>{message.text || message.attachments.map(({ name }) => name).join(', ')}</span>
        </p>
      ))}
      <div><Button size="compact-sm" variant="subtle" color="gray" component={Link} to={`/inbox/${view}/${id}`}>{t('beside.openConversation')}</Button></div>
    </div>
  )
}
