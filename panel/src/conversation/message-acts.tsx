import { Button, Menu, Textarea } from '@mantine/core'
import { IconArrowBackUp, IconDots, IconHistory, IconPencil, IconTrash } from '@tabler/icons-react'
import type { Author } from '@shared/types'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useFact, useLive } from '../live/context'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useTimes } from '../words/times'
import { namedIn } from './mentions'
import css from './message-acts.module.css'
import { answer } from './replying'

/** A message or a note; `file` is what a message without words is called by. */
export type Said = { id: number; text: string; file?: string; author?: Author; edited?: string; deleted?: boolean; note?: boolean }
type Props = { said: Said; conversation: number }
type Earlier = { text: string; until: string }

/** What can be done with a message or a note: answer it, and what is one's own change or take back; what was changed has a history. */
export default function MessageActs({ said, conversation }: Props) {
  const { t } = useWords()
  const live = useLive()
  const times = useTimes()
  const me = useFact((state) => state.session?.agent.id)
  const [edited, setEdited] = useState<string>()
  const [history, setHistory] = useState<Earlier[]>()
  const [busy, setBusy] = useState(false)
  const { id, text, author, deleted, note } = said
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
    answer(conversation, { id, name: author?.name ?? '', text: text || said.file || '' })
    away.current = true
    document.querySelector<HTMLElement>('textarea[data-reply]')?.focus()
  }
  const save = (text: string) => note
    ? live.link.ask('note.edit', { conversation, note: id, text, mentions: namedIn(text, live.store.get().agents) })
    : live.link.ask('message.edit', { conversation, message: id, text })
  const remove = () => note ? live.link.ask('note.delete', { conversation, note: id }) : live.link.ask('message.delete', { conversation, message: id })
  const change = () => edited?.trim() && void run(save(edited.trim()))
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) change()
    else if (event.key === 'Escape') setEdited(undefined)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const look = () => live.rest<{ texts: Earlier[] }>('GET', `conversations/${conversation}/${note ? 'notes' : 'messages'}/${id}/history`)
    .then(({ texts }) => setHistory(texts), (error: unknown) => tellFailed(t, refusal(error, t)))
  const label = t(note ? 'note.acts' : 'message.acts')
  const dots = (
    <button type="button" ref={button} className={css.more} aria-label={label} {...(!wanted && { 'aria-haspopup': 'menu', 'aria-expanded': false, onClick: () => setWanted(true) })}>
      <IconDots size={16} aria-hidden="true" />
    </button>
  )
  // A note of somebody else can only be read.
  const acts = !note || own || said.edited || deleted
  return (
    <>
      {deleted ? <p className={css.said}>{t(note ? 'note.deleted' : 'message.deleted')}</p> : said.edited && <span className={css.said}>{t('message.edited')}</span>}
      {acts && (!wanted ? dots : <Menu defaultOpened returnFocus={false} onOpen={() => void (away.current = false)} onClose={() => void (away.current || button.current?.focus())} position="bottom-end" transitionProps={{ duration: 0 }} withinPortal>
        <Menu.Target>{dots}</Menu.Target>
        <Menu.Dropdown aria-label={label}>
          {!deleted && !note && <Menu.Item leftSection={<IconArrowBackUp size={16} />} onClick={reply}>{t('message.reply')}</Menu.Item>}
          {own && text && <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => {
            away.current = true
            setEdited(text)
          }}>{t('message.edit')}</Menu.Item>}
          {own && <Menu.Item color="red" leftSection={<IconTrash size={16} />} disabled={busy} onClick={() => void run(remove())}>{t('message.delete')}</Menu.Item>}
          {(said.edited || deleted) && <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => void look()}>{t('message.history')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>)}
      {edited !== undefined && (
        <div className={css.editor}>
          <Textarea aria-label={t('message.edit')} value={edited} autosize minRows={1} maxRows={10} autoFocus onChange={(event) => setEdited(event.currentTarget.value)} onKeyDown={press} />
          <Button size="compact-sm" variant="default" onClick={() => setEdited(undefined)}>{t('cancel')}</Button>
          <Button size="compact-sm" loading={busy} disabled={!edited.trim()} onClick={change}>{t('save')}</Button>
        </div>
      )}
      {history && (
        <ul className={css.history} aria-label={t('message.history')}>
          {history.map(({ text: before, until }) => <li key={until}>{before} <span>{t('message.until', { time: times.full(until) })}</span></li>)}
          <li><Button size="compact-xs" variant="subtle" onClick={() => setHistory(undefined)}>{t('close')}</Button></li>
        </ul>
      )}
    </>
  )
}
