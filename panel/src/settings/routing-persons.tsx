import { Link } from 'react-router'
import type { RoutingRules } from '../live/api-types'
import { useFact } from '../live/context'
import { Select } from '../people/fields'
import { useSegments } from '../people/names'
import { useWords } from '../words/words'
import { Ordered } from './ordered'
import own from './privacy.module.css'
import css from './settings.module.css'

type Person = RoutingRules['persons'][number]

/** Contacts of which segment belong to which agent: read from above, the first that fits counts. */
export function Persons({ persons, change, may }: { persons: readonly Person[]; change: (persons: Person[]) => void; may: boolean }) {
  const { t } = useWords()
  const agents = useFact((state) => state.agents)
  const me = useFact((state) => state.session?.agent.id ?? 0)
  const { segments } = useSegments()
  const nameOf = (id: number) => segments?.find((one) => one.id === id)?.name ?? `#${id}`
  const free = segments?.filter(({ id }) => !persons.some(({ segment }) => segment === id)) ?? []
  return (
    <section className={own.section} aria-labelledby="routing-persons">
      <h3 className={own.title} id="routing-persons">{t('routing.persons')}</h3>
      <p className={css.note}>{t('routing.personsWhat')}</p>
      <Ordered label={t('routing.persons')} list={persons} change={change} keyOf={({ segment }) => segment} nameOf={({ segment }) => nameOf(segment)} locked={!may}>
        {(rule, edit) => (
          <>
            <span className={css.pair}><span className={css.says}>{t('rules.in')}</span>
            <Select label={t('rules.segment')} value={rule.segment} pick={(id) => edit({ ...rule, segment: Number(id) })}>
              {!segments?.some(({ id }) => id === rule.segment) && <option value={rule.segment}>{nameOf(rule.segment)}</option>}
              {segments?.filter(({ id }) => id === rule.segment || free.some((one) => one.id === id)).map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
            </Select></span>
            <span className={css.pair}><span className={css.says}>{t('routing.goTo')}</span>
            <Select label={t('routing.personOf', { segment: nameOf(rule.segment) })} value={rule.agent} pick={(id) => edit({ ...rule, agent: Number(id) })}>
              {agents.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
            </Select></span>
          </>
        )}
      </Ordered>
      {segments?.length === 0 && <p className={css.note}>{t('routing.noSegments')} <Link className={css.inline} to="/segments">{t('rules.makeSegment')}</Link></p>}
      {may && free.length > 0 && (
        <Select className={css.adds} label={t('routing.addPerson')} value="" pick={(id) => change([...persons, { segment: Number(id), agent: me }])}>
          <option value="" disabled>{t('routing.addPerson')}</option>
          {free.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
        </Select>
      )}
    </section>
  )
}
