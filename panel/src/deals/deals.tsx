import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact } from '../live/context'
import { Ago } from '../parts/ago'
import { Late } from '../parts/late'
import type { Column } from '../people/columns'
import { Select } from '../people/fields'
import people from '../people/people.module.css'
import { SearchBox } from '../people/search-box'
import { Table, TableSkeleton } from '../people/table'
import { fold } from '../theme'
import { useWords } from '../words/words'
import { SORTS, useDealsAddress, type DealsAddress } from './address'
import { MOST_FOUND, useCrmNews, useDeals, usePlaces, useQuestionCount } from './data'
import { DealForm } from './deal-form'
import { Mark } from './mark'
import { money } from './money'
import { PipelineViews } from './pipeline-views'
import { State } from './state'
import { STATUSES, type Deal } from './types'

/** All deals, or those of a pipeline, as a table. */
export default function Deals() {
  const { t } = useWords()
  const here = useDealsAddress()
  const navigate = useNavigate()
  const phone = useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false }) ?? false
  const offline = useFact((state) => state.phase === 'offline')
  const { deals, ...found } = useDeals(here.question)
  const columns = useDealColumns()
  const second = useSecond()
  const [making, setMaking] = useState(false)
  useCrmNews()
  useActions([{ id: 'new deal', label: t('deals.new'), keys: 'n', group: t('rail.deals'), run: () => setMaking(true) }])
  return (
    <div className={people.area}>
      <PipelineViews current={here.pipeline} />
      <main className={people.main}>
        <div className={people.column}>
          <Toolbar here={here} phone={phone} shown={deals.length} make={() => setMaking(true)} />
          {found.isError && !deals.length ? <div className={people.empty} role="alert"><p>{t('deals.failed')}</p><Button variant="default" onClick={() => void found.refetch()}>{t('retry')}</Button></div>
            : found.isPending ? (offline ? <p className={people.note}>{t('deals.offline')}</p> : <Late><TableSkeleton /></Late>)
            : deals.length === 0 ? <Empty here={here} make={() => setMaking(true)} />
            : <Table key={`${JSON.stringify(here.question)} ${phone}`} contacts={deals} columns={columns} phone={phone} current={undefined} address={(id) => `/deal/${id}`}
                kind={{ label: t('rail.deals'), name: t('deals.name'), face: (_, small) => <Mark small={small} />, when: ({ updated }) => updated, second }}
                more={found.hasNextPage} fetching={found.isFetchingNextPage} next={() => void found.fetchNextPage()}
                foot={here.search && deals.length >= MOST_FOUND ? <p className={people.note}>{t('people.narrow', { n: MOST_FOUND })}</p> : undefined} />}
        </div>
        {making && <DealForm pipeline={here.pipeline} close={() => setMaking(false)} done={({ id }) => void navigate(`/deal/${id}`)} />}
      </main>
    </div>
  )
}

/** What a card says below the name of a deal. */
function useSecond() {
  const { t, locale } = useWords()
  const places = usePlaces()
  return ({ value, currency, stage, status }: Deal) =>
    [money(value, currency, locale), status === 'in_progress' ? places.stage(stage)?.name : t(`deals.status.${status}`)].filter(Boolean).join(' · ')
}

function useDealColumns(): Column<Deal>[] {
  const { t, locale } = useWords()
  const places = usePlaces()
  const agents = useFact((state) => state.agents)
  return useMemo(() => [
    { key: 'value', name: t('deals.value'), wide: false, numeric: true, room: 152, cell: ({ value, currency }) => money(value, currency, locale) },
    {
      key: 'stage', name: t('deals.stage'), wide: true, numeric: false, room: 150,
      cell: ({ pipeline, stage }) => [places.pipeline(pipeline)?.name, places.stage(stage)?.name].filter(Boolean).join(' · '),
    },
    { key: 'status', name: t('deals.status'), wide: false, numeric: false, room: 104, cell: ({ status }) => <State of={status} /> },
    { key: 'for', name: t('deals.for'), wide: true, numeric: false, room: 150, cell: ({ company, contact }) => [company?.name, contact?.name].filter(Boolean).join(' · ') },
    { key: 'owner', name: t('deals.owner'), wide: false, numeric: false, room: 80, cell: ({ assignee }) => agents.find(({ id }) => id === assignee)?.name ?? null },
    { key: 'updated', name: t('deals.updated'), wide: false, numeric: false, room: 104, cell: ({ updated }) => <Ago at={updated} long /> },
  ], [t, locale, places, agents])
}

function Toolbar({ here, phone, shown, make }: { here: DealsAddress; phone: boolean; shown: number; make: () => void }) {
  const { t, locale } = useWords()
  const places = usePlaces()
  const count = useQuestionCount(here.question)
  const number = new Intl.NumberFormat(locale)
  return (
    <div className={people.toolbar}>
      <h2 className={people.title}>
        <span className={people.titleName}>{(here.pipeline && places.pipeline(here.pipeline)?.name) || t('deals.all')}</span>{' '}
        <span className={people.total} aria-live="polite">
          {here.search ? t('people.found', { n: shown, more: shown >= MOST_FOUND ? '+' : '' }) : count.data && t('deals.count', { n: count.data.count, shown: number.format(count.data.count) })}
        </span>
      </h2>
      <span className={people.grow} />
      <SearchBox here={here} label={t('deals.search')} hint={t('deals.searchHint')} group={t('rail.deals')} phone={phone} />
      <Select label={t('deals.status')} value={here.status ?? ''} pick={(status) => here.set({ status: status || null })} className={people.sort}>
        <option value="">{t('deals.anyStatus')}</option>
        {STATUSES.map((status) => <option key={status} value={status}>{t(`deals.status.${status}`)}</option>)}
      </Select>
      {!phone && (
        <Select label={t('people.sort')} value={here.sort} disabled={here.search !== ''} pick={(sort) => here.set({ sort: sort === SORTS[0] ? null : sort })} className={people.sort}>
          {SORTS.map((sort) => <option key={sort} value={sort}>{t(`sort.${sort}` as 'sort.id')}</option>)}
        </Select>
      )}
      <Button size="compact-md" h={36} leftSection={<IconPlus size={16} />} onClick={make}>{t('deals.new')}</Button>
    </div>
  )
}

function Empty({ here, make }: { here: DealsAddress; make: () => void }) {
  const { t } = useWords()
  const narrowed = here.search !== '' || here.status !== undefined || here.pipeline !== undefined
  return (
    <div className={people.empty}>
      <p className={people.emptyTitle}>{t(narrowed ? 'deals.noneFound' : 'deals.none')}</p>
      <p>{t(narrowed ? 'people.noneNext' : 'deals.noneNext')}</p>
      {narrowed ? <Button variant="default" onClick={() => here.set({ q: null, status: null, pipeline: null })}>{t('deals.showAll')}</Button> : <Button onClick={make}>{t('deals.first')}</Button>}
    </div>
  )
}
