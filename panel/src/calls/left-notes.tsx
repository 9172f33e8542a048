import { useWords } from '../words/words'
import css from './calls.module.css'
import { NoteField } from './note-field'
import type { Notes } from './notes'
import { useNotes } from './use-phone'

/** Notes that were never saved, of calls that are not on the screen any more: those that were handed over, too. */
export function LeftNotes({ notes, shown }: { notes: Notes; shown: number | undefined }) {
  const { t } = useWords()
  return useNotes(notes).filter(({ call }) => call.id !== shown).map(({ call }) => (
    <section key={call.id} className={css.under} aria-label={t('calls.noteOf', { name: call.contact?.name ?? '' })}>
      <div className={css.form}>
        <strong className={css.name}>{t('calls.noteOf', { name: call.contact?.name ?? '' })}</strong>
        <NoteField notes={notes} call={call} />
      </div>
    </section>
  ))
}
