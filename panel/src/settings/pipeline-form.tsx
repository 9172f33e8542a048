import { Button } from '@mantine/core'
import { useState } from 'react'
import form from '../deals/deals.module.css'
import { CURRENCIES } from '../deals/money'
import type { Pipeline } from '../deals/types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { Text } from '../people/fields'
import fields from '../people/fields.module.css'
import { useRefresh } from '../people/names'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'

/** Asks for a new pipeline with its stages, or for another name and currency of one. */
export function PipelineForm({ pipeline, currency: first, close }: { pipeline: Pipeline | undefined; currency: string; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const [name, setName] = useState(pipeline?.name ?? '')
  const [currency, setCurrency] = useState(pipeline?.currency ?? first)
  const [description, setDescription] = useState(pipeline?.description ?? '')
  const [stages, setStages] = useState('')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const wrong = !/^[A-Za-z]{3}$/.test(currency.trim())
  const ready = name.trim() !== '' && !wrong
  const save = async () => {
    setBusy(true)
    const said = { name: name.trim(), currency: currency.trim().toUpperCase(), description: description.trim() }
    try {
      if (pipeline) await live.rest('PATCH', `pipelines/${pipeline.id}`, said)
      else await live.rest('POST', 'pipelines', { ...said, stages: stages.split('\n').map((each) => each.trim()).filter(Boolean) })
      refresh('pipelines')
      close()
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={pipeline ? t('pipelines.change', { name: pipeline.name }) : t('pipelines.new')}>
      <form className={form.form} onSubmit={(event) => { event.preventDefault(); if (ready && !busy) void save() }}>
        <div className={form.pair}>
          <label className={form.field}><span aria-hidden="true">{t('pipelines.name')}</span><Text label={t('pipelines.name')} value={name} write={setName} maxLength={254} data-autofocus /></label>
          <label className={form.field} data-short><span aria-hidden="true">{t('pipelines.currency')}</span><Text label={t('pipelines.currency')} value={currency} write={setCurrency} maxLength={3} offers={CURRENCIES} aria-invalid={wrong || undefined} /></label>
        </div>
        <label className={form.field}><span>{t('pipelines.description')}</span>
          <textarea className={fields.field} rows={2} maxLength={4000} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
        </label>
        {!pipeline && (
          <label className={form.field}><span>{t('pipelines.stages')}</span>
            <textarea className={fields.field} rows={5} placeholder={t('pipelines.stagesHint')} value={stages} onChange={(event) => setStages(event.currentTarget.value)} />
          </label>
        )}
        {pipeline && currency.trim().toUpperCase() !== pipeline.currency && <p className={form.hint}>{t('pipelines.currencyWhy')}</p>}
        {refused && <p className={form.error} role="alert">{refused}</p>}
        <div className={form.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={!ready}>{t('save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
