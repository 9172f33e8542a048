import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconMessage, IconNote, IconPaperclip, IconSend2 } from '@tabler/icons-react'
import { lazy, Suspense, useEffect, useLayoutEffect, useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react'
import { useLocation } from 'react-router'
import { useActions } from '../frame/actions'
import { useLive } from '../live/context'
import { useMay } from '../live/may'
import type { Outgoing } from '../live/state'
import { Keys } from '../parts/keys'
import { area, useWords } from '../words/words'
import { ChosenList } from './chosen-list'
import { MOST_FILES, type useChosenFiles } from './chosen-files'
import css from './conversation.module.css'
import { useBefore, useDraft } from './drafts'
import { Colleagues, FormMenu, MacroMenu, SizeChoice } from './late'
import { blanksIn, namedIn, typedAnswer, typedName } from './mentions'
import { answer, useAnswered } from './replying'
import { useSized } from './sized'
import { useTyping } from './typing'

const MentionList = lazy(() => import('./mention-list'))
const ReplyBar = area(() => import('./reply-bar'), 'answers')
const DraftBefore = area(() => import('./draft-before'), 'answers')
const AnswerList = area(() => import('./answer-list'), 'answers')

type Kind = Outgoing['kind']
type Props = { id: number; name: string; sms: boolean; closed: boolean; drawn: boolean; chosen: ReturnType<typeof useChosenFiles> }

/** The server's limit for one text, in bytes. */
const MOST_BYTES = 16_384
const lengthOf = (text: string) => new TextEncoder().encode(text).length

export function Composer({ id, name, sms, closed, drawn, chosen }: Props) {
  const { t } = useWords()
  const { outbox, store } = useLive()
  const [naming, setNaming] = useState<ReturnType<typeof typedName>>()
  // A role may allow one of the two and not the other.
  const replies = useMay('conversations.reply')
  const notes = useMay('notes.write')
  const [chosenKind, setKind] = useState<Kind>('message')
  const kind: Kind = !replies ? 'note' : !notes ? 'message' : chosenKind
  /** What speaks against sending it so; pressed once more, it is sent. */
  const [doubt, setDoubt] = useState('')
  const [text, setText] = useDraft(id, kind)
  const [before, dropBefore] = useBefore(id, kind)
  const typing = useTyping(id)
  const sized = useSized(id)
  const answered = useAnswered(id)
  /** How far the conversation had come when this text was begun. */
  const begun = useRef(store.get().conversations[id]?.position ?? 0)
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  useHeight(field, text)

  const write = (next: Kind) => {
    setKind(next)
    setNaming(undefined)
    // At once: whoever types on after the key must not meet other keys.
    field.current?.focus()
  }
  // Whoever answered a notification, on a system that has no field there, came to write.
  const { hash, key } = useLocation()
  useEffect(() => {
    if (hash === '#reply') write('message')
  }, [hash, key])
  useActions([
    ...(!replies ? [] : [{ id: 'reply', label: t('keys.reply'), keys: 'r', group: t('keys.conversation'), run: () => write('message') }]),
    ...(!notes ? [] : [{ id: 'note', label: t('keys.note'), keys: 'n', group: t('keys.conversation'), run: () => write('note') }]),
  ])

  const note = kind === 'note'
  const tooLong = text.length > MOST_BYTES / 4 && lengthOf(text) > MOST_BYTES
  const files = note ? [] : chosen.files
  const empty = !text.trim() && !files.some((file) => !file.problem)
  const send = () => {
    if (empty || tooLong) return
    const said = text.trim()
    const blanks = note ? [] : blanksIn(said)
    if (blanks.length && !doubt) return setDoubt(t('composer.missing', { names: blanks.join(', ') }))
    if (!note && sized.unfinished && !doubt) return setDoubt(t('composer.button'))
    // A colleague who answered while this was written, perhaps the same: that is asked once, too.
    const { messages, session } = store.get()
    const other = note || doubt ? undefined : messages[id]?.items.findLast(({ kind, author, position }) => kind === 'text' && position > begun.current && author.kind === 'agent' && author.id !== session?.agent.id)
    if (other) return setDoubt(t('composer.meanwhile', { name: other.author.name }))
    setDoubt('')
    const mentions = note ? namedIn(said, store.get().agents) : []
    outbox.send({ conversation: id, kind, text: said, ...(note ? {} : sized.take()), ...(answered && !note ? { reply_to: answered.id } : {}), files: note ? [] : chosen.take(), ...(mentions.length ? { mentions } : {}) })
    setText('')
    if (!note) answer(id, undefined)
    setNaming(undefined)
    typing.stop()
    field.current?.focus()
  }
  const look = (box: HTMLTextAreaElement) => setNaming((note ? typedName : typedAnswer)(box.value, box.selectionStart))
  const insert = (words: string, end = field.current?.selectionStart ?? 0) => {
    const box = field.current
    if (!box || !naming) return
    const { at } = naming
    // As if it were typed: the text can be taken back with the browser's undo.
    box.setSelectionRange(at, end)
    document.execCommand('insertText', false, words)
    setNaming(undefined)
    // What is missing is marked, so that typing replaces it.
    const blank = /\{\{[^{}]*\}\}/.exec(words)
    if (blank) box.setSelectionRange(at + blank.index, at + blank.index + blank[0].length)
  }
  const press = (event: KeyboardEvent) => {
    // While a Japanese or Chinese word is being composed, Enter chooses it.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      send()
    } else if (event.key === 'Escape') {
      event.preventDefault()
      field.current?.blur()
      document.querySelector<HTMLElement>('a[data-row][aria-current="true"]')?.focus()
    }
  }
  const paste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files]
    if (note || !pasted.length) return
    event.preventDefault()
    chosen.add(pasted)
  }

  if (!replies && !notes) return null
  return (
    <section className={css.composer} data-kind={kind} aria-label={t(note ? 'composer.note' : 'composer.reply')}>
      <div className={css.kinds} role="group" aria-label={t('composer.kind')}>
        {replies && <button type="button" className={css.kind} aria-pressed={!note} onClick={() => write('message')}>
          <IconMessage size={16} stroke={1.8} aria-hidden="true" />{t('composer.reply')}
        </button>}
        {notes && <button type="button" className={css.kind} aria-pressed={note} onClick={() => write('note')}>
          <IconNote size={16} stroke={1.8} aria-hidden="true" />{t('composer.note')}
        </button>}
        {note && <span className={css.onlyUs}>{t('composer.onlyUs', { name })}</span>}
      </div>
      {closed && !note && <p id="stays-closed" className={css.closed}>{t('composer.closed')}</p>}
      {note && naming && <Suspense><MentionList field={field} start={naming.start} choose={(whom) => insert(`@${whom} `)} close={() => setNaming(undefined)} /></Suspense>}
      <Suspense><Colleagues conversation={id} /></Suspense>
      {!note && naming && <Suspense><AnswerList field={field} conversation={id} start={naming.start} insert={insert} add={chosen.add} close={() => setNaming(undefined)} /></Suspense>}
      {before && <Suspense><DraftBefore before={before} bring={() => { setText(text ? `${text}\n${before}` : before); dropBefore() }} drop={dropBefore} /></Suspense>}
      {!note && answered && <Suspense><ReplyBar answered={answered} conversation={id} /></Suspense>}
      <textarea ref={field} data-reply={!note || undefined} aria-describedby={closed && !note ? 'stays-closed' : undefined} className={css.field} rows={1} value={text} dir="auto"
        aria-label={t(note ? 'composer.noteTo' : sms ? 'composer.smsTo' : 'composer.replyTo', { name })}
        placeholder={t(note ? 'composer.noteTo' : sms ? 'composer.smsTo' : 'composer.replyTo', { name })}
        onChange={(event) => {
          if (!text) begun.current = store.get().conversations[id]?.position ?? 0
          setText(event.currentTarget.value)
          setDoubt('')
          look(event.currentTarget)
          if (!note && event.currentTarget.value) typing.press()
        }}
        onKeyDown={press} onPaste={paste} onBlur={() => {
          setNaming(undefined)
          typing.stop()
        }} />
      {!note && <ChosenList chosen={chosen} />}
      {tooLong && <p className={css.problem} role="alert">{t('failed.tooLong')}</p>}
      {doubt && <p className={css.problem} role="alert">{doubt} <Button size="compact-xs" variant="subtle" color="red" onClick={send}>{t('composer.anyway')}</Button></p>}
      <div className={css.tools}>
        {!note && (
          <Tooltip label={t('composer.attach')}>
            <ActionIcon aria-label={t('composer.attach')} disabled={files.length >= MOST_FILES} onClick={() => picker.current?.click()}>
              <IconPaperclip size={18} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        )}
        {!note && drawn && <Suspense><SizeChoice conversation={id} {...sized} text={text} /></Suspense>}
        {!note && drawn && <Suspense><FormMenu send={(form, title) => outbox.send({ conversation: id, kind, text: t('composer.formText', { name: title }), files: [], form })} /></Suspense>}
        {replies && drawn && <Suspense><MacroMenu conversation={id} /></Suspense>}
        <input ref={picker} type="file" multiple hidden accept={chosen.limits?.types.join(',')}
          onChange={(event) => {
            chosen.add(event.currentTarget.files ?? [])
            event.currentTarget.value = ''
          }} />
        <span className={css.sendHint}><span><Keys keys="Enter" /> {t('composer.sends')}</span><span> · <Keys keys="Shift+Enter" /> {t('composer.breaks')}</span></span>
        <Button size="compact-md" className={css.send} data-kind={kind} disabled={empty || tooLong} onClick={send} rightSection={<IconSend2 size={16} />}>
          {t(note ? 'composer.add' : 'composer.send')}
        </Button>
      </div>
    </section>
  )
}

/** As high as its text; the style sheet says how high at most. */
function useHeight(field: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  const fit = () => {
    const box = field.current
    if (!box) return
    box.style.blockSize = 'auto'
    box.style.blockSize = `${box.scrollHeight}px`
  }
  useLayoutEffect(fit, [text])
  useEffect(() => {
    addEventListener('resize', fit)
    return () => removeEventListener('resize', fit)
  }, [])
}
