import { Button, Checkbox, NativeSelect, NumberInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import type { SupportTerms } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { Late } from '../parts/late'
import own from '../settings/privacy.module.css'
import page from '../settings/settings.module.css'
import { refusal } from '../words/refusals'
import { aside, useWords } from '../words/words'
import css from './faults.module.css'

const BusinessHours = aside(() => import('./business-hours'), 'hours', 'notices')
const KEY = ['support', 'terms']
const CATEGORIES = ['critical', 'major', 'minor'] as const
type PlanTimes = SupportTerms['terms']['basic'] & object
type Edited = { id: number; name: string; plan: 'basic' | 'premium'; times: PlanTimes; had: boolean }
type Put = (path: string, body: object) => Promise<boolean>

/** By when reports are answered and repaired, by plan and category, and which customer has which plan. */
export function TermsForm() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data } = useQuery({ queryKey: KEY, queryFn: ({ signal }) => live.rest<SupportTerms>('GET', 'operator/terms', undefined, signal), enabled: online })
  if (!data) return <Late><p className={page.note}>{t('loading')}</p></Late>
  return <Terms key={JSON.stringify(data.terms)} of={data} />
}

function Terms({ of }: { of: SupportTerms }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [terms, setTerms] = useState(of.terms)
  const [refused, setRefused] = useState('')
  const [edited, setEdited] = useState<Edited>()
  const put: Put = async (path, body) => {
    setRefused('')
    try {
      queries.setQueryData(KEY, await live.rest('PUT', path, body))
      return true
    } catch (error) {
      setRefused(refusal(error, t))
      return false
    }
  }
  return (
    <form className={css.form} onSubmit={(event) => { event.preventDefault(); void put('operator/terms', terms) }}>
      <p className={page.note}>{t('faults.termsWhy')}</p>
      {(['basic', 'premium'] as const).map((plan) => <Plan key={plan} name={t(`faults.plan.${plan}`)} of={terms[plan] as PlanTimes} set={(times) => setTerms({ ...terms, [plan]: times })} />)}
      <Suspense fallback={<Late><p className={page.note}>{t('loading')}</p></Late>}><BusinessHours of={terms} set={(part) => setTerms((now) => ({ ...now, ...part }))} /></Suspense>
      {refused && <p className={css.red} role="alert">{refused}</p>}
      <div className={page.foot}><Button type="submit" disabled={terms.week?.length === 0 || JSON.stringify(terms) === JSON.stringify(of.terms)}>{t('save')}</Button></div>
      <section className={own.section}>
        <h3 className={own.title}>{t('faults.customers')}</h3>
        <div className={page.rows}>
          {of.customers.map(({ id, name, plan, times }) => (
            <div key={id} className={page.row}>
              <span className={page.lines}><strong>{name}</strong>{times && <span className={page.more}>{t('faults.ownTimes')}</span>}</span>
              <NativeSelect aria-label={t('faults.planOf', { name })} value={plan} onChange={(event) => void put(`operator/customers/${id}`, { plan: event.currentTarget.value, times })}
                data={(['basic', 'premium'] as const).map((value) => ({ value, label: t(`faults.plan.${value}`) }))} />
              <Button variant="default" size="compact-md" aria-label={t('faults.timesOf', { name })} onClick={() => setEdited({ id, name, plan, times: times ?? of.terms[plan] as PlanTimes, had: times != null })}>{t('faults.times')}</Button>
            </div>
          ))}
        </div>
      </section>
      {edited && <OwnTimes of={edited} put={put} refused={refused} close={() => setEdited(undefined)} />}
    </form>
  )
}

/** What was agreed on with one customer, in place of a plan's times. */
function OwnTimes({ of, put, refused, close }: { of: Edited; put: Put; refused: string; close: () => void }) {
  const { t } = useWords()
  const [times, setTimes] = useState(of.times)
  const save = async (times: PlanTimes | null) => {
    if (await put(`operator/customers/${of.id}`, { plan: of.plan, times })) close()
  }
  return (
    <Dialog opened onClose={close} size="xl" title={t('faults.timesOf', { name: of.name })}>
      <div className={css.form}>
        <p className={page.note}>{t('faults.timesWhy')}</p>
        <Plan name={t(`faults.plan.${of.plan}`)} of={times} set={setTimes} />
        {refused && <p className={css.red} role="alert">{refused}</p>}
        <div className={page.foot}>
          {of.had && <Button variant="default" onClick={() => void save(null)}>{t('faults.timesOfPlan')}</Button>}
          <Button onClick={() => void save(times)}>{t('save')}</Button>
        </div>
      </div>
    </Dialog>
  )
}

function Plan({ name, of, set }: { name: string; of: PlanTimes; set: (times: PlanTimes) => void }) {
  const { t } = useWords()
  return (
    <fieldset className={page.fieldset}>
      <legend className={page.legend}>{name}</legend>
      {CATEGORIES.map((category) => {
        const times = of[category]
        const change = (some: object) => set({ ...of, [category]: { ...times, ...some } })
        const label = t(`faults.category.${category}`)
        return (
          <div key={category} className={css.pair}>
            <NumberInput label={t('faults.answerMinutes', { category: label })} value={times.response} min={1} max={525_600} hideControls onChange={(response) => change({ response: Number(response) || 1 })} />
            <NumberInput label={t('faults.repairMinutes', { category: label })} value={times.repair} min={1} max={525_600} hideControls onChange={(repair) => change({ repair: Number(repair) || 1 })} />
            <Checkbox className={css.beside} label={t('faults.business')} aria-label={`${t('faults.business')}: ${label}, ${name}`} checked={times.business ?? false} onChange={(event) => change({ business: event.currentTarget.checked })} />
          </div>
        )
      })}
    </fieldset>
  )
}
