import { Button, Menu, Textarea } from '@mantine/core'
import { IconArrowBackUp, IconDots, IconHistory, IconPencil, IconTrash } from '@tabler/icons-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useFact, useLive } from '../live/context'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useTimes } from '../words/times'
import css from './message-acts.module.css'
import type { Bubble } from './lines'
import { answer } from './replying'

type Props = { bubble: Bubble & { id: number }; conversation: number }
type Earlier = { text: string; until: string }

/** What can be done with a message: answer it, and what is one's own change or take back; what was changed has a history. */
export default function MessageActs({ bubble, conversation }: Props) {
  const { t } = useWords()
  const live = useLive()
  const times = useTimes()
  const me = useFact((state) => state.session?.agent.id)
  const [edited, setEdited] = useState<string>()
  const [history, setHistory] = useState<Earlier[]>()
  const [busy, setBusy] = useState(false)
  const { id, text, author, deleted } = bubble
  /** There is a button for each message, and hardly ever a menu: it is made when it is asked for. */
  const [wanted, setWanted] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  /** Whether what was chosen has put the focus elsewhere. */
  const away = useRef(false)
  const own = author?.kind === 'agent' && author.id === me && !deleted
  const run = async (what: Promise<unknown>) => {
    setBusy(true)
    await what.then(() => setEdited(undefined), (error: unknown) => tellFailed(t, refusal(error, t)))
    setBusy(false)
  }
  const reply = () => {
    answer(conversation, { id, name: author?.name ?? '', text: text || bubble.attachments[0]?.name || '' })
    away.current = true
    document.querySelector<HTMLElement>('textarea[data-reply]')?.focus()
  }
  const change = () => edited?.trim() && void run(live.link.ask('message.edit', { conversation, message: id, text: edited.trim() }))
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) change()
    else if (event.key === 'Escape') setEdited(undefined)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const look = () => live.rest<{ texts: Earlier[] }>('GET', `conversations/${conversation}/messages/${id}/history`)
    .then(({ texts }) => setHistory(texts), (error: unknown) => tellFailed(t, refusal(error, t)))
  const dots = (
    <button type="button" ref={button} className={css.more} aria-label={t('message.acts')} {...(!wanted && { 'aria-haspopup': 'menu', 'aria-expanded': false, onClick: () => setWanted(true) })}>
      <IconDots size={16} aria-hidden="true" />
    </button>
  )
  return (
    <>
      {deleted ? <p className={css.said}>{t('message.deleted')}</p> : bubble.edited && <span className={css.said}>{t('message.edited')}</span>}
      {!wanted ? dots : <Menu defaultOpened returnFocus={false} onOpen={() => void (away.current = false)} onClose={() => void (away.current || button.current?.focus())} position="bottom-end" transitionProps={{ duration: 0 }} withinPortal>
        <Menu.Target>{dots}</Menu.Target>
        <Menu.Dropdown aria-label={t('message.acts')}>
          {!deleted && <Menu.Item leftSection={<IconArrowBackUp size={16} />} onClick={reply}>{t('message.reply')}</Menu.Item>}
          {own && text && <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => {
            away.current = true
            setEdited(text)
          }}>{t('message.edit')}</Menu.Item>}
          {own && <Menu.Item color="red" leftSection={<IconTrash size={16} />} disabled={busy} onClick={() => void run(live.link.ask('message.delete', { conversation, message: id }))}>{t('message.delete')}</Menu.Item>}
          {(bubble.edited || deleted) && <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => void look()}>{t('message.history')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>}
      {edited !== undefined && (
        <div className={css.editor}>
          <Textarea aria-label={t('message.edit')} value={edited} autosize minRows={1} maxRows={10} autoFocus onChange={(event) => setEdited(event.currentTarget.value)} onKeyDown={press} />
          <Button size="compact-sm" variant="default" onClick={() => setEdited(undefined)}>{t('cancel')}</Button>
          <Button size="compact-sm" loading={busy} disabled={!edited.trim()} onClick={change}>{t('save')}</Button>
        </div>
      )}
      {history && (
        <ul className={css.history} aria-label={t('message.history')}>
          {history.map(({ text: said, until }) => <li key={until}>{said} <span>{t('message.until', { time: times.full(until) })}</span></li>)}
          <li><Button size="compact-xs" variant="subtle" onClick={() => setHistory(undefined)}>{t('close')}</Button></li>
        </ul>
      )}
    </>
  )
}
