import { Button } from '@mantine/core'
import type { Call } from '@shared/types'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useRef, type KeyboardEvent } from 'react'
import fields from '../people/fields.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './calls.module.css'
import type { Notes } from './notes'
import { useNotes } from './use-phone'

const LONGEST = 8_000

type Props = {
  notes: Notes
  call: Call
  /** Whether it is written in now; undefined where its call is over. */
  opened?: boolean
  close?: () => void
}

/** A note that is written while one talks: it stands in the conversation, or with the person where there is none. */
export function NoteField({ notes, call, opened, close }: Props) {
  const { t } = useWords()
  const queries = useQueryClient()
  const field = useRef<HTMLTextAreaElement>(null)
  const label = useId()
  const { text = '', busy = false, failed = null } = useNotes(notes).find((each) => each.call.id === call.id) ?? {}
  useEffect(() => {
    // Whoever goes on writing goes on behind what is there.
    field.current?.setSelectionRange(LONGEST, LONGEST)
    if (opened) field.current?.focus()
  }, [opened])
  const save = async () => {
    if (!(await notes.save(call.id))) return
    void queries.invalidateQueries({ queryKey: ['notes'] })
    close?.()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && close) close()
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className={css.note} onKeyDown={press}>
      <label htmlFor={label} className={css.more}>{t(call.conversation ? 'calls.noteWhere' : 'calls.noteWhereContact')}</label>
      <textarea id={label} ref={field} className={fields.field} maxLength={LONGEST} value={text} onChange={(event) => notes.write(call, event.currentTarget.value)} />
      {failed !== null && <p className={css.failed} role="alert">{refusal(failed, t)}</p>}
      <div className={css.foot}>
        {close ? <Button variant="default" onClick={close}>{t('calls.noteLater')}</Button> : <><span className={css.more}>{t('calls.noteUnsaved')}</span><Button variant="default" disabled={busy} onClick={() => notes.drop(call.id)}>{t('calls.noteDiscard')}</Button></>}
        <Button loading={busy} disabled={!text.trim()} onClick={() => void save()}>{t('calls.noteSave')}</Button>
      </div>
    </div>
  )
}
