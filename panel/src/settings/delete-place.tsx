import { Button } from '@mantine/core'
import { useState } from 'react'
import { useDealCount } from '../deals/data'
import { open } from '../deals/deal-form'
import form from '../deals/deals.module.css'
import type { Pipeline, Stage } from '../deals/types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { Select } from '../people/fields'
import { useRefresh } from '../people/names'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'

/** A pipeline, or one of its stages. */
export type Place = { pipeline: Pipeline; stage?: Stage }

/** Before a pipeline or a stage goes: how many deals stand in it, and where they move. */
export function DeletePlace({ place: { pipeline, stage }, all, close }: { place: Place; all: Pipeline[]; close: () => void }) {
  const { t, locale } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const count = useDealCount(stage ? { stage: stage.id } : { pipeline: pipeline.id })
  const goals = all.map((one) => ({ ...one, stages: open(one).filter(({ id }) => (stage ? id !== stage.id : one.id !== pipeline.id)) })).filter(({ stages }) => stages.length)
  // The stage before it, as the nearest thing; for a whole pipeline the first one elsewhere.
  const near = stage && pipeline.stages[Math.max(0, pipeline.stages.indexOf(stage) - 1)]
  const [goal, setGoal] = useState(() => (near && near.id !== stage.id && near.leaving_for === null ? near.id : goals[0]?.stages[0]?.id))
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const { name } = stage ?? pipeline
  const deals = count.data?.count
  const remove = async () => {
    setBusy(true)
    try {
      const moves = deals && goal ? { move_to: goal } : undefined
      await live.rest('DELETE', stage ? `stages/${stage.id}` : `pipelines/${pipeline.id}`, moves)
      refresh('pipelines', 'deals')
      close()
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
      void count.refetch()
    }
  }
  return (
    <Dialog opened onClose={close} title={t(stage ? 'pipelines.deleteStage' : 'pipelines.deletePipeline', { name })}>
      <div className={form.form}>
        {deals === undefined ? <p role="status">{t(count.isError ? 'pipelines.uncounted' : 'pipelines.counting')}</p>
          : deals === 0 ? <p>{t(stage ? 'pipelines.emptyStage' : 'pipelines.emptyPipeline')}</p>
          : (
            <>
              <p>{t('pipelines.holds', { n: deals, shown: new Intl.NumberFormat(locale).format(deals) })}</p>
              <label className={form.field}><span aria-hidden="true">{t('pipelines.moveTo')}</span>
                <Select label={t('pipelines.moveTo')} value={goal} pick={(id) => setGoal(Number(id))}>
                  {goals.map((one) => <optgroup key={one.id} label={one.name}>{one.stages.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}</optgroup>)}
                </Select>
              </label>
            </>
          )}
        {refused && <p className={form.error} role="alert">{refused}</p>}
        <div className={form.foot}>
          <Button variant="default" onClick={close} data-autofocus>{t('cancel')}</Button>
          <Button color="red.9" loading={busy} disabled={deals === undefined} onClick={() => void remove()}>{t(deals ? 'pipelines.moveAndDelete' : 'pipelines.doDelete')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
