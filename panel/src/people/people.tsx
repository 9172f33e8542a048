import { ActionIcon, Button, CloseButton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconColumns3, IconDownload, IconFileImport, IconFilter } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact } from '../live/context'
import { Face } from '../parts/face'
import { Late } from '../parts/late'
import { sentence } from '../segments/sentence'
import { isEmpty } from '../segments/tree'
import type { Preview } from '../segments/types'
import { fold } from '../theme'
import { useWords } from '../words/words'
import { about } from './about'
import { SORTS, useTableAddress } from './address'
import { Area } from './area'
import { ColumnChooser } from './column-chooser'
import { FIRST, useColumns, type Column } from './columns'
import { Export } from './export'
import { Select } from './fields'
import { Filter } from './filter'
import { useAttributes, useNames, useSegments } from './names'
import css from './people.module.css'
import { Profile } from './profile'
import { Running } from './running'
import { SearchBox } from './search-box'
import { SelectionBar } from './selection'
import { useContacts, useCount } from './table-data'
import { Table, TableSkeleton, type Kind } from './table'
import type { Contact } from './types'
import { ViewMenu } from './view-menu'
import { useViewDeeds, useViews, type View } from './views-data'

const NOBODY: ReadonlySet<number> = new Set()
const NONE: View[] = []

/** Everybody, as a table: found by words and conditions, opened beside, changed many at a time. */
export default function People() {
  const { t, locale } = useWords()
  const known = useViews().data
  const here = useTableAddress('/people', SORTS, known?.views)
  const phone = useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false }) ?? false
  const navigate = useNavigate()
  const offline = useFact((state) => state.phase === 'offline')
  const found = useContacts(here.question, !here.waiting)
  const count = useCount(here.question, !here.waiting)
  const [picked, setPicked] = useState(NOBODY)
  const [whole, setWhole] = useState(false)
  const [choosing, setChoosing] = useState(false)
  const all = useColumns(useAttributes())
  const { keepColumns } = useViewDeeds()
  // Until the address or the server has it, what was just chosen is what counts.
  const [choice, setChoice] = useState<string[]>()
  const keys = choice ?? here.columns ?? (here.view ? FIRST : known?.columns ?? FIRST)
  const setKeys = (next: string[]) => {
    setChoice(next)
    if (here.view) here.set({ columns: next.join() }, true)
    else void keepColumns(next).finally(() => setChoice((now) => (now === next ? undefined : now)))
  }
  const kept = here.view && `${here.view.id} ${here.columns?.join()}`
  useEffect(() => setChoice(undefined), [kept])
  const columns = keys.flatMap((key) => all.filter((column) => column.key === key))
  const shown = JSON.stringify(here.question)
  // Whom one can't see any more one can't mean.
  useEffect(() => setPicked(NOBODY), [shown])
  useEffect(() => setWhole(false), [picked])

  useActions([
    ...(picked.size ? [{ id: 'unpick', label: t('pick.clear'), keys: 'Escape', group: t('rail.people'), hidden: true, run: () => setPicked(NOBODY) }] : []),
    ...(here.contact && !picked.size ? [{ id: 'close', label: t('profile.close'), keys: 'Escape', group: t('rail.people'), hidden: true, run: here.close }] : []),
  ])
  const { contacts } = found
  const kind = usePeopleKind()
  const chosen = contacts.filter(({ id }) => picked.has(id))
  return (
    <Area segment={here.segment} view={here.view?.id}>
      <main className={css.main} data-open={here.contact !== undefined || undefined}>
        <div className={css.column}>
          {picked.size > 0
            ? <SelectionBar contacts={chosen} question={here.question} whole={whole} setWhole={setWhole} clear={() => setPicked(NOBODY)}
                everybody={(whole || phone || (found.hasNextPage && picked.size >= contacts.length)) && count.data && (!count.data.exact || count.data.count > picked.size) ? about(count.data.count, count.data.exact, t, locale) : undefined} />
            : <Toolbar here={here} phone={phone} count={count.data} views={known?.views ?? NONE} keys={keys} columns={columns} chooseColumns={() => setChoosing(true)} />}
          <Running />
          {found.isError && !contacts.length ? <Failed again={() => void found.refetch()} />
            : found.isPending || here.waiting ? (offline ? <p className={css.note}>{t('people.offline')}</p> : <Late><TableSkeleton /></Late>)
            : contacts.length === 0 ? <Empty here={here} />
            : <Table key={`${shown} ${phone}`} kind={kind} contacts={contacts} columns={columns} phone={phone} current={here.contact} address={here.address} picked={picked} pick={setPicked}
                more={found.hasNextPage} fetching={found.isFetchingNextPage} next={() => void found.fetchNextPage()} />}
        </div>
        {here.contact !== undefined && (
          <aside className={css.aside} aria-label={t('person.label')}>
            <Profile key={here.contact} id={here.contact} close={here.close} moved={(into) => void navigate(here.address(into), { replace: true })} beside />
          </aside>
        )}
      </main>
      <ColumnChooser opened={choosing} close={() => setChoosing(false)} all={all} keys={keys} keep={setKeys} />
    </Area>
  )
}

/** How people stand in a table. */
function usePeopleKind(): Kind<Contact> {
  const { t } = useWords()
  const conversations = useFact((state) => state.conversations)
  // Who is on the website now, as far as conversations tell.
  const online = useMemo(() => new Set(Object.values(conversations).filter((one) => one.contact.online).map((one) => one.contact.id)), [conversations])
  return {
    label: t('rail.people'), name: t('people.name'),
    face: ({ id, name }, small) => <Face id={id} name={name} online={online.has(id)} size={small ? 'small' : 'normal'} />,
    second: ({ email, phone_number }) => email ?? phone_number ?? t('people.anonymous'),
    when: ({ last_seen }) => last_seen, watched: true,
  }
}

type Here = ReturnType<typeof useTableAddress<(typeof SORTS)[number]>>

type ToolbarProps = { here: Here; phone: boolean; count: Preview | undefined; views: View[]; keys: string[]; columns: Column[]; chooseColumns: () => void }

function Toolbar({ here, phone, count, views, keys, columns, chooseColumns }: ToolbarProps) {
  const { t, locale } = useWords()
  const navigate = useNavigate()
  const names = useNames()
  const { segments } = useSegments()
  const segment = segments?.find(({ id }) => id === here.segment)
  const [filtering, setFiltering] = useState(false)
  const [exporting, setExporting] = useState(false)
  const filtered = !isEmpty(here.where)
  useActions([
    { id: 'filter', label: t('people.filter'), keys: 'f', group: t('rail.people'), run: () => setFiltering((on) => !on) },
    { id: 'columns', label: t('columns.title'), keys: 'c', group: t('rail.people'), run: chooseColumns },
    { id: 'export', label: t('export.title'), keys: 'd', group: t('rail.people'), run: () => setExporting(true) },
    { id: 'import', label: t('people.import'), keys: 'm', group: t('rail.people'), run: () => void navigate('/imports/new') },
  ])
  return (
    <>
      <div className={css.toolbar}>
        <h2 className={css.title}>
          <span className={css.titleName}>{here.view?.name ?? segment?.name ?? t('people.everybody')}</span>{' '}
          <span className={css.total} aria-live="polite">{count && about(count.count, count.exact, t, locale)}</span>
        </h2>
        <span className={css.grow} />
        <SearchBox here={here} label={t('people.search')} hint={t('people.searchHint')} group={t('rail.people')} phone={phone} />
        <Select label={t('people.sort')} value={here.sort} disabled={here.question.search !== ''} pick={(sort) => here.set({ sort })} className={css.sort}>
          {SORTS.map((sort) => <option key={sort} value={sort}>{t(`sort.${sort}` as 'sort.id')}</option>)}
        </Select>
        <Button size="compact-md" h={36} variant={filtered ? 'light' : 'default'} leftSection={<IconFilter size={16} />} aria-expanded={filtering} onClick={() => setFiltering(!filtering)}>{t('people.filter')}</Button>
        {!phone && <ActionIcon size={36} onClick={chooseColumns} aria-label={t('columns.title')} title={t('columns.title')}><IconColumns3 size={18} /></ActionIcon>}
        <ViewMenu here={here} views={views} columns={keys} />
        <ActionIcon size={36} component={Link} to="/imports/new" aria-label={t('people.import')} title={t('people.import')}><IconFileImport size={18} /></ActionIcon>
        <ActionIcon size={36} onClick={() => setExporting(true)} aria-label={t('export.title')} title={t('export.title')}><IconDownload size={18} /></ActionIcon>
        {segment && <Button size="compact-md" h={36} variant="subtle" color="gray" component={Link} to={`/segments/${segment.id}`}>{t('segments.edit')}</Button>}
      </div>
      {!filtering && filtered && here.where && (
        <div className={css.chips}>
          <button type="button" className={css.chip} onClick={() => setFiltering(true)}>{sentence(here.where, { t, locale, names })}</button>
          <CloseButton onClick={() => here.set({ where: null })} aria-label={t('people.filterClear')} />
        </div>
      )}
      {filtering && <Filter here={here} close={() => setFiltering(false)} />}
      <Export opened={exporting} close={() => setExporting(false)} question={here.question} columns={columns} name={here.view?.name ?? segment?.name ?? t('people.everybody')} total={count} />
    </>
  )
}

function Empty({ here }: { here: Here }) {
  const { t } = useWords()
  const narrowed = here.question.search !== '' || here.question.where !== null
  return (
    <div className={css.empty}>
      <p className={css.emptyTitle}>{t(narrowed ? 'people.none' : 'people.nobody')}</p>
      <p>{t(narrowed ? 'people.noneNext' : 'people.nobodyNext')}</p>
      {narrowed && <Button variant="default" onClick={() => here.set({ q: null, where: null })}>{t('people.showAll')}</Button>}
      {!narrowed && <Button component={Link} to="/inbox/open">{t('people.embed')}</Button>}
      {!narrowed && <Button variant="default" component={Link} to="/imports/new">{t('people.importFirst')}</Button>}
    </div>
  )
}

function Failed({ again }: { again: () => void }) {
  const { t } = useWords()
  return <div className={css.empty} role="alert"><p>{t('people.failed')}</p><Button variant="default" onClick={again}>{t('retry')}</Button></div>
}
