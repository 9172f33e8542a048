import { Button } from '@mantine/core'
import { newId } from '@shared/ids'
import type { Call } from '@shared/types'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useLive } from '../live/context'
import fields from '../people/fields.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './calls.module.css'

const LONGEST = 8_000

/** A note that is written while one talks: it stands in the conversation, or with the person where there is none. */
export function NoteField({ call, opened, close }: { call: Call; opened: boolean; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const field = useRef<HTMLTextAreaElement>(null)
  const label = useId()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<unknown>(null)
  const once = useRef(newId())
  useEffect(() => {
    if (opened) field.current?.focus()
  }, [opened])
  const save = async () => {
    if (!text.trim() || busy) return
    setBusy(true)
    setFailed(null)
    try {
      if (call.conversation) await live.link.ask('note.add', { client_id: once.current, conversation: call.conversation, text })
      else {
        await live.rest('POST', 'notes', { subject: 'contact', of: call.contact?.id, text })
        void queries.invalidateQueries({ queryKey: ['notes'] })
      }
      once.current = newId()
      setText('')
      close()
    } catch (error) {
      setFailed(error)
    } finally {
      setBusy(false)
    }
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close()
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className={css.note} onKeyDown={press}>
      <label htmlFor={label} className={css.more}>{t(call.conversation ? 'calls.noteWhere' : 'calls.noteWhereContact')}</label>
      <textarea id={label} ref={field} className={fields.field} maxLength={LONGEST} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      {failed !== null && <p className={css.failed} role="alert">{refusal(failed, t)}</p>}
      <div className={css.foot}><Button variant="default" onClick={close}>{t('calls.noteLater')}</Button><Button loading={busy} disabled={!text.trim()} onClick={() => void save()}>{t('calls.noteSave')}</Button></div>
    </div>
  )
}
