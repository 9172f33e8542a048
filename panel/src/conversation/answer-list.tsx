import { useEffect, useId, useMemo, useState, type RefObject } from 'react'
import { IconPaperclip } from '@tabler/icons-react'
import { Link } from 'react-router'
import { useLive } from '../live/context'
import { Late } from '../parts/late'
import { tellFailed } from '../people/undo'
import { useWords } from '../words/words'
import { filesOf, fitting, recentOf, useAnswers, usedNow, type Answer } from './answers-data'
import css from './mention-list.module.css'

type Props = { field: RefObject<HTMLTextAreaElement | null>; conversation: number; start: string; insert: (text: string, end?: number) => void; add: (files: File[]) => void; close: () => void }

/** Canned answers that fit what is typed behind the slash. The keys stay in the text: arrows choose, Enter and Tab take, Escape closes. */
export default function AnswerList({ field, conversation, start, insert, add, close }: Props) {
  const { t } = useWords()
  const live = useLive()
  const answers = useAnswers()
  const list = useId()
  const [at, setAt] = useState(0)
  const [busy, setBusy] = useState(false)
  const found = useMemo(() => fitting(answers ?? [], start, recentOf(live.owner)), [answers, start, live.owner])
  const current = Math.min(at, found.length - 1)
  const choose = async (answer: Answer) => {
    if (busy) return
    setBusy(true)
    // What is typed while the answer comes stays behind it.
    const end = field.current?.selectionStart
    usedNow(live.owner, answer.id)
    // Without a network its variables stay in their braces, and are marked as missing.
    const filled = await live.rest<{ text: string }>('POST', `canned-answers/${answer.id}/fill`, { conversation }).catch(() => answer)
    insert(filled.text, end)
    if (answer.attachments.length) filesOf(answer.attachments).then(add, () => tellFailed(t, t('canned.filesFailed')))
  }

  useEffect(() => setAt(0), [start])
  useEffect(() => {
    const box = field.current
    if (!box || !found.length) return
    const press = (event: KeyboardEvent) => {
      if (event.isComposing) return
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (step) setAt((current + step + found.length) % found.length)
      else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') void choose(found[current]!)
      else if (event.key === 'Escape') close()
      else return
      // Before the composer hears it, to which Enter means to send.
      event.preventDefault()
      event.stopPropagation()
    }
    const told = { 'aria-autocomplete': 'list', 'aria-controls': list, 'aria-activedescendant': `${list}-${found[current]!.id}` }
    for (const [name, value] of Object.entries(told)) box.setAttribute(name, value)
    box.addEventListener('keydown', press)
    return () => {
      box.removeEventListener('keydown', press)
      for (const name of Object.keys(told)) box.removeAttribute(name)
    }
  })

  // Somebody who has none yet is told once where they are made; what only looks like a shortcut is left alone.
  if (answers && !found.length && (start || answers.length)) return null
  return (
    <div className={css.box}>
      <div className={css.list} data-wide>
        {!answers && <Late><p className={css.more}>{t('loading')}</p></Late>}
        {answers && !found.length && <p className={css.more}>{t('canned.noneHere')} <Link to="/settings/answers">{t('canned.make')}</Link></p>}
        <ul id={list} role="listbox" aria-label={t('canned.label')} className={css.plain}>
          {found.map((answer, index) => (
            <li key={answer.id} id={`${list}-${answer.id}`} role="option" aria-selected={index === current} className={css.option}
              // The text keeps the focus.
              onMouseDown={(event) => event.preventDefault()} onMouseMove={() => setAt(index)} onClick={() => void choose(answer)}>
              <span className={css.lines}>
                <span className={css.name}>{answer.title}{answer.shortcut && <kbd className={css.shortcut}>/{answer.shortcut}</kbd>}</span>
                <span className={css.text}>{answer.text}</span>
                {answer.attachments.length > 0 && <span className={css.text}><IconPaperclip size={14} aria-hidden="true" /> {answer.attachments.map(({ name }) => name).join(', ')}</span>}
              </span>
            </li>
          ))}
        </ul>
      </div>
      <span className={css.hidden} role="status">{answers && t('canned.found', { n: found.length })}</span>
    </div>
  )
}
