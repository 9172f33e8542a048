import { Button, CloseButton } from '@mantine/core'
import type { Call } from '@shared/types'
import { useEffect, useRef } from 'react'
import { useWords } from '../words/words'
import css from './calls.module.css'
import { span } from './clock'
import { NoteField } from './note-field'
import type { Phone } from './phone'
import { useNotes } from './use-phone'
import { WrapUp } from './wrap-up'

/** How the call of this window ended, a note that was not saved, and what came out of it; of one that nobody took, how to go on. */
export function Over({ call, phone }: { call: Call; phone: Phone }) {
  const { t } = useWords()
  const name = call.contact?.name ?? ''
  const unsaved = useNotes(phone.notes).some((note) => note.call.id === call.id)
  const part = useRef<HTMLElement>(null)
  const forget = () => phone.forget('over')
  const called = call.direction === 'out' && !call.answered
  const again = () => call.contact && void phone.call({ contact: call.contact, conversation: call.conversation ?? undefined })
  useEffect(() => {
    const { activeElement } = document
    // Whoever was in the middle of a note goes on with it.
    if (!activeElement || activeElement === document.body) part.current?.querySelector<HTMLElement>(phone.notes.of(call.id) ? 'textarea' : 'input, textarea, button')?.focus({ preventScroll: true })
  }, [phone, call.id])
  return (
    <section ref={part} className={css.under} aria-label={t('calls.overLabel', { name })}>
      <div className={css.form}>
        <div className={css.overHead}>
          <span className={css.who}>
            <strong className={css.name}>{t(called ? 'calls.notReached' : 'calls.over', { name })}</strong>
            <span className={css.more}>{[t(`calls.reason.${called && call.reason === 'nobody' ? 'notOnline' : call.reason ?? 'hung_up'}`), call.answered && span(call.seconds)].filter(Boolean).join(' · ')}</span>
          </span>
          {called && <Button variant="default" onClick={again}>{t('calls.again')}</Button>}
          <CloseButton aria-label={t('close')} onClick={forget} />
        </div>
        {unsaved && <NoteField notes={phone.notes} call={call} />}
        {call.answered && <WrapUp call={call} done={forget} skip={forget} />}
      </div>
    </section>
  )
}
