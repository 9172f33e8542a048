import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Queue, RoutingRules } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { Ago } from '../parts/ago'
import { Face } from '../parts/face'
import { Late } from '../parts/late'
import { Select } from '../people/fields'
import fields from '../people/fields.module.css'
import { tellFailed } from '../people/undo'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import { Persons } from './routing-persons'
import { useSaving } from './saving'
import css from './settings.module.css'
import { Sheet } from './sheet'
import week from './stretches.module.css'

type Rule = RoutingRules['usual']
const STATES = ['available', 'busy', 'away'] as const
const METHODS = ['manual', 'round_robin', 'least_busy'] as const

/** Who gets which conversation by itself, how many at most, and what waits right now. */
export default function Routing() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data, error, refetch } = useQuery({ queryKey: ['routing'], queryFn: ({ signal }) => live.rest<RoutingRules>('GET', 'routing', undefined, signal), enabled: online, staleTime: 10_000 })
  return (
    <Sheet title={t('settings.routing')} why={t('routing.why')}>
      {error && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <Now />}
      {data && <Rules key={JSON.stringify(data)} kept={data} />}
    </Sheet>
  )
}

/** What waits now, and how much each agent has. */
function Now() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const agents = useFact((state) => state.agents)
  const { data } = useQuery({ queryKey: ['queue'], queryFn: ({ signal }) => live.rest<Queue>('GET', 'queue', undefined, signal), enabled: online, refetchInterval: 10_000 })
  const says = useMay('agents.manage')
  const queries = useQueryClient()
  const say = (agent: number, state: string) => live.rest('PUT', `agents/${agent}/availability`, { state }).then(() => queries.invalidateQueries({ queryKey: ['queue'] }), () => tellFailed(t))
  if (!data) return null
  return (
    <section className={own.section} aria-labelledby="queue-now">
      <h3 className={own.title} id="queue-now">{t('routing.now')}</h3>
      <p className={css.note} role="status">
        {data.waiting === 0 ? t('routing.nobodyWaits') : t('routing.waiting', { n: data.waiting })}
        {data.since && <> {t('routing.longest')} <Ago at={data.since} />.</>}
      </p>
      <ul className={css.rows} aria-label={t('routing.loads')}>
        {data.agents.map(({ agent, state, online: here, open, most }) => {
          const name = agents.find(({ id }) => id === agent)?.name ?? ''
          return (
            <li key={agent} className={`${css.row} ${says ? css.wraps : ''}`}>
              <Face id={agent} name={name} online={here} state={state} />
              <span className={css.lines}><strong>{name}</strong><span className={css.more}>{here ? says ? t('presence.online') : t(`routing.state.${state}`) : t('presence.offline')}</span></span>
              {says && <Select label={t('routing.stateOf', { name })} value={state} pick={(next) => void say(agent, next)}>{STATES.map((one) => <option key={one} value={one}>{t(`routing.state.${one}`)}</option>)}</Select>}
              <span className={css.state} style={{ fontVariantNumeric: 'tabular-nums' }}>{t('routing.load', { open, most })}</span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Rules({ kept }: { kept: RoutingRules }) {
  const { t } = useWords()
  const may = useMay('groups.manage')
  const agents = useFact((state) => state.agents)
  const groups = useFact((state) => state.groups)
  const [rules, setRules] = useState(kept)
  const { busy, failed, save } = useSaving<RoutingRules>('routing', 'routing.saved')
  const set = (part: Partial<RoutingRules>) => setRules((now) => ({ ...now, ...part }))
  const same = JSON.stringify(rules) === JSON.stringify(kept)
  const ruled = new Set(rules.groups.map(({ group }) => group))
  const most = (agent: number) => rules.capacities.find((one) => one.agent === agent)?.most
  const limit = (agent: number, value: number) => set({
    capacities: [...rules.capacities.filter((one) => one.agent !== agent), ...(Number.isInteger(value) && value > 0 ? [{ agent, most: value }] : [])],
  })
  return (
    <form className={css.part} style={{ gap: 'var(--sb-space-8)' }} onSubmit={(event) => { event.preventDefault(); void save(rules) }}>
      <fieldset className={css.fieldset} style={{ gap: 'var(--sb-space-8)' }} disabled={!may}>
        <section className={own.section}>
          <h3 className={own.title}>{t('routing.usual')}</h3>
          <p className={css.note}>{t('routing.usualWhat')}</p>
          <RuleFields id="usual" rule={rules.usual} change={(usual) => set({ usual })} group={undefined} />
        </section>
        {groups.map(({ id, name }) => {
          const its = rules.groups.find(({ group }) => group === id)
          return (
            <section key={id} className={own.section}>
              <label className={week.head}>
                <input type="checkbox" className={own.check} checked={ruled.has(id)}
                  onChange={() => set({ groups: its ? rules.groups.filter(({ group }) => group !== id) : [...rules.groups, { group: id, rule: rules.usual.overflow?.group === id ? { ...rules.usual, overflow: null } : rules.usual }] })} />
                <span className={css.lines}><strong>{t('routing.groupOwn', { name })}</strong>{!its && <span className={css.more}>{t('routing.asUsual')}</span>}</span>
              </label>
              {its && <RuleFields id={`group-${id}`} rule={its.rule} group={id} change={(rule) => set({ groups: rules.groups.map((one) => (one.group === id ? { ...one, rule } : one)) })} />}
            </section>
          )
        })}
        <Persons persons={rules.persons} change={(persons) => set({ persons })} may={may} />
        <section className={own.section}>
          <h3 className={own.title}>{t('routing.capacity')}</h3>
          <p className={css.note}>{t('routing.capacityWhat')}</p>
          <label className={week.line}>
            <span>{t('routing.most')}</span>
            <input type="number" className={own.number} min={1} max={500} required value={Number.isNaN(rules.capacity) ? '' : rules.capacity} onChange={(event) => set({ capacity: event.currentTarget.valueAsNumber })} />
          </label>
          <div className={week.rows}>
            {agents.map(({ id, name }) => (
              <label key={id} className={`${week.kind} ${week.brief}`}>
                <span className={week.what}>{name}</span>
                <input type="number" className={own.number} min={1} max={500} placeholder={String(rules.capacity || '')} aria-label={t('routing.mostOf', { name })} value={most(id) ?? ''} onChange={(event) => limit(id, event.currentTarget.valueAsNumber)} />
              </label>
            ))}
          </div>
        </section>
        <section className={own.section}>
          <label className={week.head}>
            <input type="checkbox" className={own.check} checked={rules.requeue} onChange={() => set({ requeue: !rules.requeue })} />
            <span className={css.lines}><strong>{t('routing.requeue')}</strong><span className={css.more}>{t('routing.requeueWhat')}</span></span>
          </label>
          {rules.requeue && (
            <label className={week.line}>
              <span>{t('routing.grace')}</span>
              <input type="number" className={own.number} min={1} max={1440} required value={Number.isNaN(rules.grace) ? '' : Math.max(1, Math.round(rules.grace / 60))} onChange={(event) => set({ grace: event.currentTarget.valueAsNumber * 60 })} />
              <span className={css.state}>{t('routing.minutes')}</span>
            </label>
          )}
        </section>
      </fieldset>
      {failed && <p className={own.error} role="alert">{t('routing.failed')}</p>}
      {may ? <div className={css.foot}><Button type="submit" loading={busy} disabled={same}>{t('save')}</Button></div> : <p className={css.note}>{t('routing.ownersOnly')}</p>}
    </form>
  )
}

function RuleFields({ id, rule, change, group }: { id: string; rule: Rule; change: (rule: Rule) => void; group: number | undefined }) {
  const { t } = useWords()
  const groups = useFact((state) => state.groups).filter((one) => one.id !== group)
  const set = (part: Partial<Rule>) => change({ ...rule, ...part })
  return (
    <div className={css.part}>
      <fieldset className={css.fieldset}>
        <legend className={fields.hidden}>{t('routing.method')}</legend>
        {METHODS.map((method) => (
          <label key={method} className={week.head} style={{ paddingBlock: 'var(--sb-space-1)' }}>
            <input type="radio" name={id} className={own.check} checked={rule.method === method} onChange={() => set({ method })} />
            <span className={css.lines}><strong>{t(`routing.method.${method}`)}</strong><span className={css.more}>{t(`routing.method.${method}.what`)}</span></span>
          </label>
        ))}
      </fieldset>
      {rule.method !== 'manual' && (
        <>
          <label className={css.check}><input type="checkbox" className={fields.check} checked={rule.last_first} onChange={() => set({ last_first: !rule.last_first })} /> <span>{t('routing.last')}</span></label>
          <label className={css.check}><input type="checkbox" className={fields.check} checked={rule.outside === 'wait'} onChange={() => set({ outside: rule.outside === 'wait' ? 'route' : 'wait' })} /> <span>{t('routing.outside')}</span></label>
          {groups.length > 0 && (
            <div className={week.line}>
              <label className={css.check}><input type="checkbox" className={fields.check} checked={rule.overflow !== null} onChange={() => set({ overflow: rule.overflow ? null : { group: groups[0]!.id, after: 10 } })} /> <span>{t('routing.overflow')}</span></label>
              {rule.overflow && (
                <>
                  <input type="number" className={own.number} min={1} max={10080} required aria-label={t('routing.overflowAfter')} value={Number.isNaN(rule.overflow.after) ? '' : rule.overflow.after} onChange={(event) => set({ overflow: { ...rule.overflow!, after: event.currentTarget.valueAsNumber } })} />
                  <span className={css.state}>{t('routing.minutesTo')}</span>
                  <select className={fields.field} aria-label={t('routing.overflowTo')} value={rule.overflow.group} onChange={(event) => set({ overflow: { ...rule.overflow!, group: Number(event.currentTarget.value) } })}>
                    {groups.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
                  </select>
                </>
              )}
            </div>
          )}
        </>
      )}
    </div>
  )
}
