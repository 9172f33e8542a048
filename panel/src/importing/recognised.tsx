import { Skeleton } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Select } from '../people/fields'
import { useWords } from '../words/words'
import { CHARSETS, charsetName, plain } from './charsets'
import { fileOf, upload, type Reading } from './data'
import css from './importing.module.css'
import { reasonIn } from './reasons'
import type { Import } from './types'

const DELIMITERS = [',', ';', '\t', '|'] as const
const DELIMITER_KEYS = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const

/** How the file was read, with its first rows; a wrong guess is mended here as long as this page has the file. */
export function Recognised({ found }: { found: Import }) {
  const { t, locale } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const file = fileOf(found.id)
  const workbook = found.sheets.length > 0
  const charset = plain(found.charset)
  const reading: Reading = workbook ? { sheet: found.sheet } : { charset, delimiter: found.delimiter }

  const again = async (change: Reading) => {
    setBusy(true)
    setError('')
    try {
      const next = await upload(live, file!, { ...reading, ...change }, () => {})
      await live.rest('DELETE', `imports/${found.id}`).catch(() => {})
      void queries.invalidateQueries({ queryKey: ['imports'] })
      void navigate(`/imports/${next.id}`, { replace: true })
    } catch (problem) {
      setError(problem instanceof RestError && problem.status ? reasonIn(problem.message, t) : t('import.uploadBroken'))
    } finally {
      setBusy(false)
    }
  }
  const delimiter = t(`delimiter.${DELIMITER_KEYS[found.delimiter as ','] ?? 'other'}`)
  return (
    <section className={css.card} aria-label={t('import.recognised')}>
      <h3 className={css.cardTitle}>{t('import.recognised')}</h3>
      {file ? (
        <div className={css.reading}>
          {workbook ? (
            <label className={css.labelled}><span className={css.label}>{t('import.sheet')}</span>
              <Select label={t('import.sheet')} value={found.sheet} disabled={busy} pick={(sheet) => void again({ sheet })}>
                {found.sheets.map((each) => <option key={each} value={each}>{each}</option>)}
              </Select></label>
          ) : (
            <>
              <label className={css.labelled}><span className={css.label}>{t('import.charset')}</span>
                <Select label={t('import.charset')} value={charset} disabled={busy} pick={(next) => void again({ charset: next })}>
                  {!CHARSETS.some(([codec]) => codec === charset) && <option value={charset}>{charset}</option>}
                  {CHARSETS.map(([codec, name]) => <option key={codec} value={codec}>{name}</option>)}
                </Select></label>
              <label className={css.labelled}><span className={css.label}>{t('import.delimiter')}</span>
                <Select label={t('import.delimiter')} value={found.delimiter} disabled={busy} pick={(next) => void again({ delimiter: next })}>
                  {!DELIMITERS.includes(found.delimiter as ',') && <option value={found.delimiter}>{found.delimiter}</option>}
                  {DELIMITERS.map((each) => <option key={each} value={each}>{t(`delimiter.${DELIMITER_KEYS[each]}`)}</option>)}
                </Select></label>
            </>
          )}
        </div>
      ) : (
        <p>{workbook ? t('import.readSheet', { sheet: found.sheet }) : t('import.readText', { charset: charsetName(found.charset), delimiter })}</p>
      )}
      {error && <p className={css.error} role="alert">{error}</p>}
      <p className={css.hint}>{t('import.rowsFound', { n: found.rows, rows: new Intl.NumberFormat(locale).format(found.rows), columns: found.columns.length })}</p>
      {busy ? <Skeleton height={120} /> : (
        <div className={css.tableBox} tabIndex={0} role="region" aria-label={t('import.preview')}>
          <table className={css.preview}>
            <caption className={css.caption}>{t('import.preview')}</caption>
            <thead><tr>{found.columns.map(({ header }, place) => <th key={place} scope="col">{header || t('import.noName')}</th>)}</tr></thead>
            <tbody>{found.first.map((cells, row) => <tr key={row}>{found.columns.map((_, place) => <td key={place}>{cells[place]}</td>)}</tr>)}</tbody>
          </table>
        </div>
      )}
    </section>
  )
}
