import { Button, Modal } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { receive, save, type Received } from '../live/transfer'
import type { Preview } from '../segments/types'
import { bytes } from '../words/times'
import { useWords } from '../words/words'
import type { Column } from './columns'
import fields from './fields.module.css'
import css from './people.module.css'
import type { Question } from './table-data'

type Props = { opened: boolean; close: () => void; question: Question; columns: Column[]; name: string; total?: Preview }
type Format = 'csv' | 'xlsx'

/** The columns of the table as the API names them: the name of a person always comes first. */
const shownColumns = (columns: Column[]): string[] => ['name', ...columns.map(({ key }) => key.replace(/^own\./, ''))]

/** Downloads whom the table shows, all of them, as a file that is made while it comes. */
export function Export({ opened, close, question, columns, name, total }: Props) {
  const { t, locale } = useWords()
  const live = useLive()
  const [format, setFormat] = useState<Format>('csv')
  const [all, setAll] = useState(false)
  const [received, setReceived] = useState<Received>()
  const [error, setError] = useState('')
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])
  const number = new Intl.NumberFormat(locale)

  const download = async () => {
    stop.current = new AbortController()
    setError('')
    setReceived({ bytes: 0, lines: 0 })
    const { where, search } = question
    const order = { format, ...(where && { where }), ...(search && { search }), ...(all ? {} : { columns: shownColumns(columns) }) }
    try {
      const file = await receive(live.token, 'contacts/export', order, setReceived, stop.current.signal)
      save(file, `${name.replace(/[^\p{L}\p{N}]+/gu, '-')}-${new Date().toISOString().slice(0, 10)}.${format}`)
      close()
    } catch (problem) {
      if (!(problem instanceof DOMException)) setError(problem instanceof RestError && problem.status === 403 ? t('export.forbidden') : t('export.failed'))
    } finally {
      setReceived(undefined)
    }
  }
  const cancel = () => {
    stop.current?.abort()
    close()
  }
  // The first line is the header; a cell may hold lines of its own, so there are never more rows than people.
  const rows = received && format === 'csv' ? Math.max(0, received.lines - 1) : null
  const share = rows !== null && total?.count && !question.search ? Math.min(1, rows / total.count) : null
  return (
    <Modal opened={opened} onClose={cancel} title={t('export.title')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form className={css.exportForm} onSubmit={(event) => { event.preventDefault(); void download() }}>
        <p>{question.search ? t('export.found', { name }) : total ? t('export.who', { n: total.count, name, shown: number.format(total.count) }) : name}</p>
        <Choice label={t('export.format')} name="format" value={format} pick={setFormat} disabled={received !== undefined} options={[['csv', t('export.csv')], ['xlsx', t('export.xlsx')]]} />
        <Choice label={t('columns.title')} name="columns" value={all ? 'all' : 'shown'} pick={(next) => setAll(next === 'all')} disabled={received !== undefined}
          options={[['shown', t('export.shown', { n: columns.length + 1 })], ['all', t('export.all')]]} />
        {received && (
          <>
            <progress className={css.progress} aria-label={t('export.progress')} max={1} value={share ?? undefined} />
            <p className={css.hint} role="status">
              {rows !== null && share !== null && total ? t('export.rows', { rows: number.format(Math.min(rows, total.count)), count: number.format(total.count), size: bytes(received.bytes, locale) }) : t('export.bytes', { size: bytes(received.bytes, locale) })}
            </p>
          </>
        )}
        {error && <p className={css.failed} role="alert">{error}</p>}
        <div className={css.exportFoot}>
          <Button variant="default" onClick={cancel}>{t('cancel')}</Button>
          <Button type="submit" loading={received !== undefined} data-autofocus>{t('export.download')}</Button>
        </div>
      </form>
    </Modal>
  )
}

type ChoiceProps<Value extends string> = { label: string; name: string; value: Value; pick: (value: Value) => void; disabled: boolean; options: [Value, string][] }

function Choice<Value extends string>({ label, name, value, pick, disabled, options }: ChoiceProps<Value>) {
  return (
    <fieldset className={css.exportChoice}>
      <legend>{label}</legend>
      {options.map(([each, text]) => (
        <label key={each} className={fields.choice}>
          <input type="radio" name={name} className={fields.check} checked={value === each} disabled={disabled} onChange={() => pick(each)} />
          {text}
        </label>
      ))}
    </fieldset>
  )
}
