import { Button } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../parts/dialog'
import { useDownload } from '../people/download'
import { Choice } from '../people/choice'
import people from '../people/people.module.css'
import { bytes } from '../words/times'
import { useWords } from '../words/words'
import type { Form } from './types'

type Format = 'csv' | 'xlsx'

/** Downloads what people answered, all of it: a line each, a column for each question. */
export function Download({ form, opened, close }: { form: Form; opened: boolean; close: () => void }) {
  const { t, locale, language } = useWords()
  const [format, setFormat] = useState<Format>('csv')
  const { received, error, start, cancel } = useDownload(close)
  return (
    <Dialog opened={opened} onClose={cancel} title={t('answers.download')}>
      <form className={people.exportForm} onSubmit={(event) => { event.preventDefault(); void start(`forms/${form.id}/export?format=${format}&language=${language}`, undefined, form.name, format) }}>
        <p>{t('answers.downloadWhat')}</p>
        <Choice label={t('export.format')} name="format" value={format} pick={setFormat} disabled={received !== undefined} options={[['csv', t('export.csv')], ['xlsx', t('export.xlsx')]]} />
        {received && <><progress className={people.progress} aria-label={t('export.progress')} /><p className={people.hint} role="status">{t('export.bytes', { size: bytes(received.bytes, locale) })}</p></>}
        {error && <p className={people.failed} role="alert">{error}</p>}
        <div className={people.exportFoot}>
          <Button variant="default" onClick={cancel}>{t('cancel')}</Button>
          <Button type="submit" loading={received !== undefined} data-autofocus>{t('export.download')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
