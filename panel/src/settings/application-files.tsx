import { Button, NumberInput, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { ApplicationProfile } from '../live/api-types'
import { useWords } from '../words/words'
import { useChange } from './application'
import own from './privacy.module.css'
import css from './settings.module.css'

const MB = 1_048_576
const megabytes = (bytes: number) => Math.round((bytes / MB) * 10) / 10

/** How large files may be, and of which types. */
export function Files({ of }: { of: ApplicationProfile }) {
  const { t, locale } = useWords()
  const { busy, refused, change } = useChange()
  const [most, setMost] = useState<number | string>(megabytes(of.attachment_limit))
  const [types, setTypes] = useState(of.attachment_types.join('\n'))
  const wanted = types.split(/[\n,]/).map((type) => type.trim()).filter(Boolean)
  const same = most === megabytes(of.attachment_limit) && wanted.join() === of.attachment_types.join()
  const save = () => change({ attachment_limit: Math.max(1, Math.round(Number(most) * MB)), attachment_types: wanted })
  return (
    <form className={own.section} onSubmit={(event) => { event.preventDefault(); void save() }}>
      <h3 className={own.title}>{t('application.files')}</h3>
      <p className={css.note}>{t('application.filesWhy')}</p>
      <NumberInput label={t('application.most')} description={t('application.mostOf', { most: new Intl.NumberFormat(locale).format(megabytes(of.attachment_most)) })} value={most} min={0.1} max={megabytes(of.attachment_most)} step={1} decimalScale={1} hideControls onChange={setMost} />
      <Textarea label={t('application.types')} description={t('application.typesWhy')} value={types} autosize minRows={3} maxRows={12} onChange={(event) => setTypes(event.currentTarget.value)} />
      {refused && <p className={own.error} role="alert">{refused}</p>}
      <div className={css.foot}><Button type="submit" loading={busy} disabled={same || !wanted.length || !Number(most)}>{t('save')}</Button></div>
    </form>
  )
}
