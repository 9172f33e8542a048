import { Button } from '@mantine/core'
import { IconFileSpreadsheet } from '@tabler/icons-react'
import { useRef, useState, type DragEvent } from 'react'
import { useNavigate } from 'react-router'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Select } from '../people/fields'
import { bytes } from '../words/times'
import { useWords } from '../words/words'
import { upload, type Reading } from './data'
import { CHARSETS } from './charsets'
import css from './importing.module.css'
import { Bar } from './progress'
import { reasonIn } from './reasons'

const TYPES = '.csv,.tsv,.txt,.xlsx,text/csv,text/plain,text/tab-separated-values,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Where a file is dropped or chosen; it is looked through by the server at once. */
export function Choose() {
  const { t, locale } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const online = useFact((state) => state.phase === 'online')
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [going, setGoing] = useState<{ file: File; share: number; stop: AbortController }>()
  const [error, setError] = useState('')
  const [refused, setRefused] = useState<File>()
  const [charset, setCharset] = useState('')

  const take = async (file: File | undefined, reading: Reading = {}) => {
    if (!file || going) return
    const stop = new AbortController()
    setError('')
    setGoing({ file, share: 0, stop })
    try {
      const found = await upload(live, file, reading, (share) => setGoing((before) => before && { ...before, share }), stop.signal)
      void navigate(`/imports/${found.id}`, { replace: true })
    } catch (problem) {
      setGoing(undefined)
      setRefused(file)
      if (problem instanceof DOMException) return
      setError(problem instanceof RestError && problem.status ? reasonIn(problem.message, t) : t('import.uploadBroken'))
    } finally {
      if (input.current) input.current.value = ''
    }
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    void take(event.dataTransfer.files[0])
  }
  if (going) {
    return (
      <section className={css.card} aria-label={t('import.uploading')}>
        <h3 className={css.cardTitle}>{going.file.name}</h3>
        <Bar share={going.share} label={t('import.uploading')} />
        <p className={css.facts} role="status">
          <span>{going.share < 1 ? t('import.uploaded', { done: bytes(Math.round(going.file.size * going.share), locale), size: bytes(going.file.size, locale) }) : t('import.looking')}</span>
        </p>
        <div className={css.foot}><Button variant="default" onClick={() => going.stop.abort()}>{t('cancel')}</Button></div>
      </section>
    )
  }
  return (
    <>
      {error && (
        <section className={css.card} aria-label={refused?.name}>
          <h3 className={css.cardTitle}>{refused?.name}</h3>
          <p className={css.error} role="alert">{error}</p>
          {refused && (
            <form className={css.reading} onSubmit={(event) => { event.preventDefault(); void take(refused, charset ? { charset } : {}) }}>
              <label className={css.labelled}><span className={css.label}>{t('import.charset')}</span>
                <Select label={t('import.charset')} value={charset} pick={setCharset}>
                  <option value="">{t('import.guess')}</option>
                  {CHARSETS.map(([codec, name]) => <option key={codec} value={codec}>{name}</option>)}
                </Select></label>
              <Button type="submit" variant="default" h={36}>{t('retry')}</Button>
            </form>
          )}
        </section>
      )}
      <div className={css.drop} data-over={over || undefined} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <IconFileSpreadsheet size={40} stroke={1.4} aria-hidden="true" />
        <p className={css.dropTitle}>{t('import.drop')}</p>
        <Button disabled={!online} onClick={() => input.current?.click()} autoFocus>{t('import.choose')}</Button>
        <input ref={input} type="file" accept={TYPES} hidden aria-label={t('import.choose')} onChange={(event) => void take(event.currentTarget.files?.[0])} />
        <p className={css.hint}>{t('import.formats')}</p>
        {!online && <p className={css.hint} role="status">{t('imports.offline')}</p>}
      </div>
      <ol className={css.steps}>
        <li>{t('import.step1')}</li>
        <li>{t('import.step2')}</li>
        <li>{t('import.step3')}</li>
      </ol>
    </>
  )
}
