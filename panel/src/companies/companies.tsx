import { ActionIcon, Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconColumns3, IconFilter, IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import { about } from '../people/about'
import { useTableAddress } from '../people/address'
import { Area } from '../people/area'
import { AskName } from '../people/ask-name'
import { ColumnChooser } from '../people/column-chooser'
import { useColumnKeys } from '../people/columns'
import { Select } from '../people/fields'
import { Filter } from '../people/filter'
import { SubjectContext, useAttributes, useNames, useRefresh, useSegments } from '../people/names'
import people from '../people/people.module.css'
import { SearchBox } from '../people/search-box'
import { Table, TableSkeleton } from '../people/table'
import { useCount, useRows } from '../people/table-data'
import { tellFailed } from '../people/undo'
import { sentence } from '../segments/sentence'
import { isEmpty } from '../segments/tree'
import { fold } from '../theme'
import { useWords } from '../words/words'
import { FIRST, KEY, useCompanyColumns } from './columns'
import { Mark } from './mark'
import type { Company } from './types'

const SORTS = ['-updated', '-id', 'id'] as const

/** All companies, as a table: the same one that people stand in. */
export default function Companies() {
  const here = useTableAddress('/companies', SORTS)
  return (
    <Area subject="company" segment={here.segment}>
      <SubjectContext value="company"><List here={here} /></SubjectContext>
    </Area>
  )
}

type Here = ReturnType<typeof useTableAddress<(typeof SORTS)[number]>>

function List({ here }: { here: Here }) {
  const { t, locale } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const refresh = useRefresh()
  const phone = useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false }) ?? false
  const offline = useFact((state) => state.phase === 'offline')
  const { rows, ...found } = useRows<'companies', Company>('companies', here.question)
  const [choosing, setChoosing] = useState(false)
  const [making, setMaking] = useState(false)
  const all = useCompanyColumns(useAttributes())
  const [keys, setKeys] = useColumnKeys(live.owner, KEY, FIRST)
  const columns = keys.flatMap((key) => all.filter((column) => column.key === key))
  const shown = JSON.stringify(here.question)
  const make = async (name: string) => {
    try {
      const made = await live.rest<Company>('POST', 'companies', { attributes: { name } })
      refresh('companies', 'count')
      void navigate(`/company/${made.id}`)
    } catch (error) {
      tellFailed(t, error instanceof RestError && error.code === 'taken' ? t('companies.taken', { name }) : '')
    }
  }
  useActions([{ id: 'new company', label: t('companies.new'), keys: 'n', group: t('rail.companies'), run: () => setMaking(true) }])
  return (
    <main className={people.main}>
      <div className={people.column}>
        <Toolbar here={here} phone={phone} shown={rows.length} more={found.hasNextPage} chooseColumns={() => setChoosing(true)} make={() => setMaking(true)} />
        {found.isError && !rows.length ? <div className={people.empty} role="alert"><p>{t('companies.failed')}</p><Button variant="default" onClick={() => void found.refetch()}>{t('retry')}</Button></div>
          : found.isPending ? (offline ? <p className={people.note}>{t('companies.offline')}</p> : <Late><TableSkeleton /></Late>)
          : rows.length === 0 ? <Empty here={here} make={() => setMaking(true)} />
          : <Table key={`${shown} ${phone}`} contacts={rows} columns={columns} phone={phone} current={undefined} address={(id) => `/company/${id}`}
              kind={{
                label: t('rail.companies'), name: t('companies.name'), face: (_, small) => <Mark small={small} />, when: ({ updated }) => updated,
                second: ({ members }) => about(members, true, t, locale),
              }}
              more={found.hasNextPage} fetching={found.isFetchingNextPage} next={() => void found.fetchNextPage()} />}
      </div>
      <ColumnChooser opened={choosing} close={() => setChoosing(false)} all={all} keys={keys} keep={setKeys} />
      <AskName opened={making} close={() => setMaking(false)} title={t('companies.new')} label={t('companies.name')} save={make} />
    </main>
  )
}

type ToolbarProps = { here: Here; phone: boolean; shown: number; more: boolean; chooseColumns: () => void; make: () => void }

function Toolbar({ here, phone, shown, more, chooseColumns, make }: ToolbarProps) {
  const { t, locale } = useWords()
  const names = useNames()
  const { segments } = useSegments()
  const segment = segments?.find(({ id }) => id === here.segment)
  const [filtering, setFiltering] = useState(false)
  const count = useCount({ where: here.question.where, search: '' }, !here.question.search)
  const filtered = !isEmpty(here.where)
  useActions([
    { id: 'filter', label: t('people.filter'), keys: 'f', group: t('rail.companies'), run: () => setFiltering((on) => !on) },
    { id: 'columns', label: t('columns.title'), keys: 'c', group: t('rail.companies'), run: chooseColumns },
  ])
  return (
    <>
      <div className={people.toolbar}>
        <h2 className={people.title}>
          <span className={people.titleName}>{segment?.name ?? t('companies.all')}</span>{' '}
          <span className={people.total} aria-live="polite">{here.question.search ? t('people.found', { n: shown, more: more ? '+' : '' }) : count.data && about(count.data.count, count.data.exact, t, locale, 'company')}</span>
        </h2>
        <span className={people.grow} />
        <SearchBox here={here} label={t('companies.search')} hint={t('companies.searchHint')} group={t('rail.companies')} phone={phone} />
        <Select label={t('people.sort')} value={here.sort} disabled={here.question.search !== ''} pick={(sort) => here.set({ sort: sort === SORTS[0] ? null : sort })} className={people.sort}>
          {SORTS.map((sort) => <option key={sort} value={sort}>{t(`sort.${sort}` as 'sort.id')}</option>)}
        </Select>
        <Button size="compact-md" h={36} variant={filtered ? 'light' : 'default'} leftSection={<IconFilter size={16} />} aria-expanded={filtering} onClick={() => setFiltering(!filtering)}>{t('people.filter')}</Button>
        {!phone && <ActionIcon size={36} onClick={chooseColumns} aria-label={t('columns.title')} title={t('columns.title')}><IconColumns3 size={18} /></ActionIcon>}
        {segment && <Button size="compact-md" h={36} variant="subtle" color="gray" component={Link} to={`/segments/${segment.id}`}>{t('segments.edit')}</Button>}
        <Button size="compact-md" h={36} leftSection={<IconPlus size={16} />} onClick={make}>{t('companies.new')}</Button>
      </div>
      {!filtering && filtered && here.where && (
        <div className={people.chips}>
          <button type="button" className={people.chip} onClick={() => setFiltering(true)}>{sentence(here.where, { t, locale, names })}</button>
          <ActionIcon onClick={() => here.set({ where: null })} aria-label={t('people.filterClear')}><IconX size={18} /></ActionIcon>
        </div>
      )}
      {filtering && <Filter here={here} close={() => setFiltering(false)} />}
    </>
  )
}

function Empty({ here, make }: { here: Here; make: () => void }) {
  const { t } = useWords()
  const narrowed = here.question.search !== '' || here.question.where !== null
  return (
    <div className={people.empty}>
      <p className={people.emptyTitle}>{t(narrowed ? 'companies.noneFound' : 'companies.none')}</p>
      <p>{t(narrowed ? 'people.noneNext' : 'companies.noneNext')}</p>
      {narrowed ? <Button variant="default" onClick={() => here.set({ q: null, where: null, segment: null })}>{t('companies.showAll')}</Button> : <Button onClick={make}>{t('companies.first')}</Button>}
    </div>
  )
}
