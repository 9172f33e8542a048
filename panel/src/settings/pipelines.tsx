import { ActionIcon, Button } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useLive } from '../live/context'
import { Late } from '../parts/late'
import { useCrmNews, usePipelines } from '../deals/data'
import type { Pipeline, Stage } from '../deals/types'
import { AskName } from '../people/ask-name'
import fields from '../people/fields.module.css'
import { useRefresh } from '../people/names'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { DeletePlace, type Place } from './delete-place'
import { LossReasons } from './loss-reasons'
import { Movers, useMoving } from './moving'
import { PipelineForm } from './pipeline-form'
import css from './settings.module.css'
import { Sheet } from './sheet'

type Asking =
  | { what: 'pipeline'; pipeline?: Pipeline }
  | { what: 'stage'; pipeline: Pipeline }
  | { what: 'rename'; stage: Stage }
  | { what: 'delete'; place: Place }

/** The ways that deals take: pipelines with their stages in order, and why deals are lost. */
export default function Pipelines() {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const { data, isError, refetch } = usePipelines()
  const [asking, setAsking] = useState<Asking>()
  const moving = useMoving(['pipelines'])
  useCrmNews()
  const close = () => setAsking(undefined)
  const does = (method: string, path: string, body?: object) => live.rest(method, path, body).then(() => refresh('pipelines'), (error: unknown) => tellFailed(t, refusal(error, t)))
  const all = data?.pipelines

  const movePipeline = (pipeline: Pipeline, to: number) => moving.move<{ pipelines: Pipeline[] }>(
    (known) => ({ pipelines: moved(known.pipelines, pipeline.id, to) }),
    () => live.rest('PATCH', `pipelines/${pipeline.id}`, { order: to }),
    t('pipelines.movedTo', { name: pipeline.name, n: to + 1, all: all?.length ?? 0 }), 'pipeline', pipeline.id,
  )
  const moveStage = (pipeline: Pipeline, stage: Stage, to: number) => {
    const stages = moved(pipeline.stages, stage.id, to)
    moving.move<{ pipelines: Pipeline[] }>(
      (known) => ({ pipelines: known.pipelines.map((one) => (one.id === pipeline.id ? { ...one, stages } : one)) }),
      () => live.rest('PUT', `pipelines/${pipeline.id}/stages`, { stages: stages.map(({ id }) => id) }),
      t('pipelines.movedTo', { name: stage.name, n: to + 1, all: stages.length }), 'stage', stage.id,
    )
  }
  return (
    <Sheet title={t('settings.pipelines')} why={t('pipelines.why')}
      actions={<Button leftSection={<IconPlus size={16} />} onClick={() => setAsking({ what: 'pipeline' })}>{t('pipelines.new')}</Button>}>
      {isError && !data && <div role="alert"><p>{t('pipelines.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !isError && <Late><p className={css.note}>{t('loading')}</p></Late>}
      <div ref={moving.box} className={css.pipelines}>
        {all?.map((pipeline, place) => (
          <section key={pipeline.id} className={css.group} aria-label={pipeline.name}>
            <div className={css.groupHead}>
              <h3 className={css.groupName}>{pipeline.name} <span className={css.more}>{pipeline.currency}</span></h3>
              <span className={css.acts}>
                {all.length > 1 && <Movers kind="pipeline" id={pipeline.id} name={pipeline.name} place={place} of={all.length} move={(to) => movePipeline(pipeline, to)} />}
                <ActionIcon onClick={() => setAsking({ what: 'pipeline', pipeline })} aria-label={t('pipelines.change', { name: pipeline.name })} title={t('pipelines.change', { name: pipeline.name })}><IconPencil size={16} /></ActionIcon>
                <ActionIcon className={css.mover} disabled={all.length < 2} onClick={() => setAsking({ what: 'delete', place: { pipeline } })} aria-label={t('pipelines.delete', { name: pipeline.name })}
                  title={t(all.length < 2 ? 'pipelines.last' : 'pipelines.delete', { name: pipeline.name })}><IconTrash size={16} /></ActionIcon>
              </span>
            </div>
            {pipeline.description && <p className={css.note}>{pipeline.description}</p>}
            <Stages pipeline={pipeline} all={all} move={(stage, to) => moveStage(pipeline, stage, to)} ask={setAsking} />
            <div><Button size="compact-md" variant="default" leftSection={<IconPlus size={16} />} onClick={() => setAsking({ what: 'stage', pipeline })} aria-label={t('pipelines.newStageIn', { name: pipeline.name })}>{t('pipelines.newStage')}</Button></div>
          </section>
        ))}
      </div>
      <p role="status" className={fields.hidden}>{moving.said}</p>
      <LossReasons />
      {asking?.what === 'pipeline' && <PipelineForm pipeline={asking.pipeline} currency={all?.[0]?.currency ?? 'EUR'} close={close} />}
      <AskName opened={asking?.what === 'stage'} close={close} title={asking?.what === 'stage' ? t('pipelines.newStageIn', { name: asking.pipeline.name }) : undefined} label={t('pipelines.stageName')}
        save={(name) => (asking?.what === 'stage' ? does('POST', 'stages', { pipeline: asking.pipeline.id, name }) : Promise.resolve())} />
      {asking?.what === 'rename' && <AskName opened close={close} title={t('pipelines.rename', { name: asking.stage.name })} label={t('pipelines.stageName')} first={asking.stage.name}
        save={(name) => does('PATCH', `stages/${asking.stage.id}`, { name })} />}
      {asking?.what === 'delete' && all && <DeletePlace place={asking.place} all={all} close={close} />}
    </Sheet>
  )
}

type StagesProps = { pipeline: Pipeline; all: Pipeline[]; move: (stage: Stage, to: number) => void; ask: (asking: Asking) => void }

function Stages({ pipeline, all, move, ask }: StagesProps) {
  const { t } = useWords()
  const named = (id: number) => all.flatMap(({ stages }) => stages).find((one) => one.id === id)?.name ?? ''
  if (!pipeline.stages.length) return <p className={css.note}>{t('pipelines.noStages')}</p>
  return (
    <ol className={css.rows} aria-label={t('pipelines.stagesOf', { name: pipeline.name })}>
      {pipeline.stages.map((stage, place) => (
        <li key={stage.id} className={css.row}>
          <span className={css.order} aria-hidden="true">{place + 1}</span>
          <span className={css.lines}>
            <strong>{stage.name}</strong>
            {stage.leaving_for !== null && <span className={css.more} role="status">{t('pipelines.leaving', { name: named(stage.leaving_for) })}</span>}
          </span>
          {stage.leaving_for === null && (
            <span className={css.acts}>
              <Movers kind="stage" id={stage.id} name={stage.name} place={place} of={pipeline.stages.length} move={(to) => move(stage, to)} />
              <ActionIcon onClick={() => ask({ what: 'rename', stage })} aria-label={t('pipelines.rename', { name: stage.name })} title={t('pipelines.rename', { name: stage.name })}><IconPencil size={16} /></ActionIcon>
              <ActionIcon className={css.mover} disabled={pipeline.stages.length < 2} onClick={() => ask({ what: 'delete', place: { pipeline, stage } })} aria-label={t('pipelines.delete', { name: stage.name })}
                title={t(pipeline.stages.length < 2 ? 'pipelines.lastStage' : 'pipelines.delete', { name: stage.name })}><IconTrash size={16} /></ActionIcon>
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}

/** The list with one of it at another place. */
function moved<Item extends { id: number }>(all: Item[], id: number, to: number): Item[] {
  const one = all.find((item) => item.id === id)
  const rest = all.filter((item) => item.id !== id)
  return one ? [...rest.slice(0, to), one, ...rest.slice(to)] : all
}
