import { Ago } from '../parts/ago'
import profile from '../people/profile.module.css'
import { Section } from '../person/person'
import { useWords } from '../words/words'
import { useCrm, usePlaces } from './data'
import css from './deals.module.css'
import type { Deal, Status, Step } from './types'

const MOST = 200

/** Which stages and statuses a deal had, the newest first, with who moved it and when. */
export function History({ deal }: { deal: Deal }) {
  const { t } = useWords()
  const { data, isError } = useCrm<{ steps: Step[] }>(['deals', 'history', deal.id], `deals/${deal.id}/history?limit=${MOST}`)
  const says = useStep()
  // The first status goes without saying.
  const steps = (data?.steps ?? []).filter(({ kind, was }) => kind === 'stage' || was !== null).reverse()
  return (
    <Section title={t('history.title')}>
      {isError && !data && <p className={profile.none} role="alert">{t('history.failed')}</p>}
      <ol className={css.items} aria-label={t('history.title')}>
        {steps.map((step) => (
          <li key={step.position} className={css.item}>
            <span className={css.lines}><span>{says(step)}</span>{step.by.kind !== 'system' && <span className={css.more}>{step.by.name}</span>}</span>
            <span className={css.when}><Ago at={step.at} long /></span>
          </li>
        ))}
      </ol>
    </Section>
  )
}

function useStep(): (step: Step) => string {
  const { t } = useWords()
  const places = usePlaces()
  const stage = (id: unknown) => places.stage(Number(id))?.name ?? t('history.goneStage')
  const status = (of: unknown) => t(`deals.status.${of as Status}`)
  return ({ kind, was, now, pipeline }) => {
    if (kind === 'status') return t('history.status', { was: status(was), now: status(now) })
    if (was === null) return t('history.made', { now: stage(now), pipeline: places.pipeline(pipeline)?.name ?? '' })
    return t('history.stage', { was: stage(was), now: stage(now) })
  }
}
