import { Button } from '@mantine/core'
import type { Call } from '@shared/types'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useLive } from '../live/context'
import fields from '../people/fields.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './calls.module.css'
import { useCallRules } from './data'

const LONGEST = 2_000

/** What came out of a call: one of the application's codes, and a few words. */
export function WrapUp({ call, done, skip }: { call: Call; done: () => void; skip?: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const codes = useCallRules().data?.codes ?? []
  const label = useId()
  const [code, setCode] = useState(call.wrap_up?.code ?? null)
  const [note, setNote] = useState(call.wrap_up?.note ?? '')
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<unknown>(null)
  const save = async () => {
    setBusy(true)
    setFailed(null)
    try {
      await live.rest('PATCH', `calls/${call.id}`, { code, note: note.trim() })
      void queries.invalidateQueries({ queryKey: ['calls'] })
      done()
    } catch (error) {
      setFailed(error)
    } finally {
      setBusy(false)
    }
  }
  // A code that the application has no more stays chosen until another one is.
  const offered = code && !codes.includes(code) ? [code, ...codes] : codes
  return (
    <form className={css.form} onSubmit={(event) => { event.preventDefault(); void save() }}>
      {offered.length > 0 && (
        <fieldset className={css.codes}>
          <legend>{t('calls.code')}</legend>
          {offered.map((each) => (
            <label key={each} className={fields.choice}><input type="radio" name={label} className={fields.check} checked={code === each} onChange={() => setCode(each)} />{each}</label>
          ))}
        </fieldset>
      )}
      <div className={css.field}>
        <label htmlFor={label}>{t('calls.outcome')}</label>
        <textarea id={label} className={fields.field} rows={2} maxLength={LONGEST} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      </div>
      {failed !== null && <p className={css.failed} role="alert">{refusal(failed, t)}</p>}
      <div className={css.foot}>
        {skip && <Button variant="default" onClick={skip}>{t('calls.skip')}</Button>}
        <Button type="submit" loading={busy} disabled={!code && !note.trim() && !call.wrap_up}>{t('save')}</Button>
      </div>
    </form>
  )
}
