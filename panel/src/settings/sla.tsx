import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SlaPolicies, SlaPolicy, SlaReport } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { Late } from '../parts/late'
import fields from '../people/fields.module.css'
import PickSegments from '../segments/pick-segments'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import { useSaving } from './saving'
import css from './settings.module.css'
import { Sheet } from './sheet'
import week from './stretches.module.css'

const KINDS = ['first', 'next', 'resolution'] as const
const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const
const FRESH: SlaPolicy = { id: 0, name: '', on: true, first: 60, next: null, resolution: null, business: true, warn: 80, groups: [], priorities: [], segments: [] }

/** How soon conversations are to be answered and solved, and how often that was so. */
export default function Sla() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data, error, refetch } = useQuery({ queryKey: ['sla'], queryFn: ({ signal }) => live.rest<SlaPolicies>('GET', 'sla', undefined, signal), enabled: online, staleTime: 10_000 })
  return (
    <Sheet title={t('settings.sla')} why={t('sla.why')}>
      {error && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <Policies key={JSON.stringify(data)} kept={data.policies} />}
      {data && data.policies.length > 0 && <Figures />}
    </Sheet>
  )
}

function Policies({ kept }: { kept: readonly SlaPolicy[] }) {
  const { t } = useWords()
  const may = useMay('hours.manage')
  const [policies, setPolicies] = useState(kept)
  const { busy, failed, save } = useSaving<SlaPolicies>('sla', 'sla.saved')
  const edit = (index: number, part: Partial<SlaPolicy>) => setPolicies((now) => now.map((each, at) => (at === index ? { ...each, ...part } : each)))
  const same = JSON.stringify(policies) === JSON.stringify(kept)
  const valid = policies.every((each) => each.name.trim() && KINDS.some((kind) => each[kind] !== null))
  return (
    <form className={css.part} style={{ gap: 'var(--sb-space-8)' }} onSubmit={(event) => { event.preventDefault(); if (valid) void save({ policies }) }}>
      <fieldset className={css.fieldset} style={{ gap: 'var(--sb-space-8)' }} disabled={!may}>
        {policies.length === 0 && <div className={css.empty}><span className={css.emptyTitle}>{t('sla.none')}</span>{t('sla.noneWhy')}</div>}
        {policies.map((policy, index) => <Policy key={`${policy.id} ${index}`} policy={policy} number={index + 1} edit={(part) => edit(index, part)} remove={() => setPolicies(policies.filter((_, at) => at !== index))} />)}
        {may && <div><Button variant="default" size="compact-md" leftSection={<IconPlus size={16} />} onClick={() => setPolicies([...policies, FRESH])}>{t('sla.add')}</Button></div>}
      </fieldset>
      {failed && <p className={own.error} role="alert">{t('sla.failed')}</p>}
      {may ? <div className={css.foot}><Button type="submit" loading={busy} disabled={same || !valid}>{t('save')}</Button></div> : <p className={css.note}>{t('sla.ownersOnly')}</p>}
    </form>
  )
}

function Policy({ policy, number, edit, remove }: { policy: SlaPolicy; number: number; edit: (part: Partial<SlaPolicy>) => void; remove: () => void }) {
  const { t } = useWords()
  const groups = useFact((state) => state.groups)
  const name = policy.name || t('sla.policy', { n: number })
  const toggle = <T,>(list: readonly T[], one: T) => (list.includes(one) ? list.filter((each) => each !== one) : [...list, one])
  return (
    <section className={own.section} aria-label={name}>
      <div className={week.line}>
        <input type="text" className={`${fields.field} ${fields.wide}`} required maxLength={64} value={policy.name} placeholder={t('sla.name')} aria-label={t('sla.name')} onChange={(event) => edit({ name: event.currentTarget.value })} />
        <label className={css.check}><input type="checkbox" className={fields.check} checked={policy.on} onChange={() => edit({ on: !policy.on })} /> <span>{t('sla.on')}</span></label>
        <ActionIcon size="var(--sb-touch)" aria-label={t('sla.remove', { name })} onClick={remove}><IconTrash size={18} stroke={1.7} /></ActionIcon>
      </div>
      <div className={week.rows}>
        {KINDS.map((kind) => (
          <div key={kind} className={`${week.kind} ${week.brief}`}>
            <label className={`${week.way} ${week.what}`} style={{ flexDirection: 'row' }}><input type="checkbox" className={fields.check} checked={policy[kind] !== null} onChange={() => edit({ [kind]: policy[kind] === null ? 60 : null })} /><span>{t(`sla.${kind}`)}</span></label>
            {policy[kind] !== null && (
              <span className={week.line}>
                <input type="number" className={own.number} min={1} max={525600} required aria-label={t('sla.minutesOf', { name: t(`sla.${kind}`) })} value={Number.isNaN(policy[kind]!) ? '' : policy[kind]!} onChange={(event) => edit({ [kind]: event.currentTarget.valueAsNumber })} />
                <span className={css.state}>{t('sla.minutes')}</span>
              </span>
            )}
          </div>
        ))}
      </div>
      <label className={css.check}><input type="checkbox" className={fields.check} checked={policy.business} onChange={() => edit({ business: !policy.business })} /> <span>{t('sla.business')}</span></label>
      <label className={week.line}>
        <span>{t('sla.warn')}</span>
        <input type="number" className={own.number} min={10} max={99} required value={Number.isNaN(policy.warn) ? '' : policy.warn} onChange={(event) => edit({ warn: event.currentTarget.valueAsNumber })} />
        <span className={css.state}>%</span>
      </label>
      <fieldset className={css.fieldset}>
        <legend className={css.legend}>{t('sla.priorities')}</legend>
        <span className={week.always}>
          {PRIORITIES.map((one) => <label key={one} className={week.way}><input type="checkbox" className={fields.check} checked={policy.priorities.includes(one)} onChange={() => edit({ priorities: toggle(policy.priorities, one) })} /><span>{t(`sla.priority.${one}`)}</span></label>)}
        </span>
      </fieldset>
      {groups.length > 0 && (
        <fieldset className={css.fieldset}>
          <legend className={css.legend}>{t('sla.groups')}</legend>
          <span className={week.always}>
            {groups.map((one) => <label key={one.id} className={week.way}><input type="checkbox" className={fields.check} checked={policy.groups.includes(one.id)} onChange={() => edit({ groups: toggle(policy.groups, one.id) })} /><span>{one.name}</span></label>)}
          </span>
        </fieldset>
      )}
      <PickSegments label={t('sla.segments')} chosen={policy.segments} set={(segments) => edit({ segments })} />
    </section>
  )
}

/** How often each promise of the last thirty days was kept. */
function Figures() {
  const { t, locale } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data } = useQuery({ queryKey: ['sla/report'], queryFn: ({ signal }) => live.rest<SlaReport>('GET', 'sla/report', undefined, signal), enabled: online })
  if (!data) return null
  const share = new Intl.NumberFormat(locale, { style: 'percent' })
  return (
    <section className={own.section} aria-labelledby="sla-figures">
      <h3 className={own.title} id="sla-figures">{t('sla.figures')}</h3>
      <ul className={css.rows}>
        {data.figures.map(({ policy, name, kind, met, missed }) => (
          <li key={`${policy} ${kind}`} className={css.row}>
            <span className={css.lines}><strong>{name}</strong><span className={css.more}>{t(`sla.${kind}`)}</span></span>
            <span className={css.state} style={{ fontVariantNumeric: 'tabular-nums' }}>{met + missed === 0 ? t('sla.noFigures') : t('sla.figure', { share: share.format(met / (met + missed)), met, all: met + missed })}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
