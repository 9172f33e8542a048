import { Button } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../parts/dialog'
import { useDownload } from './download'
import type { Preview } from '../segments/types'
import { bytes } from '../words/times'
import { useWords } from '../words/words'
import { Choice } from './choice'
import type { Column } from './columns'
import css from './people.module.css'
import type { Question } from './table-data'

type Props = { opened: boolean; close: () => void; question: Question; columns: Column[]; name: string; total?: Preview }
type Format = 'csv' | 'xlsx'

/** The columns of the table as the API names them: the name of a person always comes first. */
const shownColumns = (columns: Column[]): string[] => ['name', ...columns.map(({ key }) => key.replace(/^own\./, ''))]

/** Downloads whom the table shows, all of them, as a file that is made while it comes. */
export function Export({ opened, close, question, columns, name, total }: Props) {
  const { t, locale } = useWords()
  const [format, setFormat] = useState<Format>('csv')
  const [all, setAll] = useState(false)
  const { received, error, start, cancel } = useDownload(close)
  const number = new Intl.NumberFormat(locale)

  const { where, search } = question
  const order = { format, ...(where && { where }), ...(search && { search }), ...(all ? {} : { columns: shownColumns(columns) }) }
  // The first line is the header; a cell may hold lines of its own, so there are never more rows than people.
  const rows = received && format === 'csv' ? Math.max(0, received.lines - 1) : null
  const share = rows !== null && total?.count && !question.search ? Math.min(1, rows / total.count) : null
  return (
    <Dialog opened={opened} onClose={cancel} title={t('export.title')}>
      <form className={css.exportForm} onSubmit={(event) => { event.preventDefault(); void start('contacts/export', order, name, format) }}>
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
    </Dialog>
  )
}
