import { ActionIcon, Button, CloseButton } from '@mantine/core'
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks'
import { IconColumns3, IconFilter, IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact, useLive } from '../live/context'
import { Keys } from '../parts/keys'
import { Late } from '../parts/late'
import { Builder } from '../segments/builder'
import { sentence } from '../segments/sentence'
import { edited, isEmpty, newGroup, written, type EditGroup } from '../segments/tree'
import { fold } from '../theme'
import { useWords } from '../words/words'
import { about } from './about'
import { SORTS, usePeopleAddress } from './address'
import { Area } from './area'
import { ColumnChooser } from './column-chooser'
import { useColumnKeys, useColumns } from './columns'
import { Select } from './fields'
import { useAttributes, useNames, useSegments } from './names'
import css from './people.module.css'
import { Profile } from './profile'
import { SelectionBar } from './selection'
import { MOST_FOUND, useContacts, useCount } from './table-data'
import { Table, TableSkeleton } from './table'

const NOBODY: ReadonlySet<number> = new Set()
const TYPING = 250

/** Everybody, as a table: found by words and conditions, opened beside, changed many at a time. */
export default function People() {
  const { t } = useWords()
  const live = useLive()
  const here = usePeopleAddress()
  const phone = useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false }) ?? false
  const offline = useFact((state) => state.phase === 'offline')
  const found = useContacts(here.question)
  const [picked, setPicked] = useState(NOBODY)
  const [choosing, setChoosing] = useState(false)
  const all = useColumns(useAttributes())
  const [keys, setKeys] = useColumnKeys(live.owner)
  const columns = keys.flatMap((key) => all.filter((column) => column.key === key))
  const shown = JSON.stringify(here.question)
  // Whom one can't see any more one can't mean.
  useEffect(() => setPicked(NOBODY), [shown])

  useActions([
    ...(picked.size ? [{ id: 'unpick', label: t('pick.clear'), keys: 'Escape', group: t('rail.people'), hidden: true, run: () => setPicked(NOBODY) }] : []),
    ...(here.contact && !picked.size ? [{ id: 'close', label: t('profile.close'), keys: 'Escape', group: t('rail.people'), hidden: true, run: here.close }] : []),
  ])
  const { contacts } = found
  const chosen = contacts.filter(({ id }) => picked.has(id))
  return (
    <Area segment={here.segment}>
      <main className={css.main} data-open={here.contact !== undefined || undefined}>
        <div className={css.column}>
          {picked.size > 0
            ? <SelectionBar contacts={chosen} clear={() => setPicked(NOBODY)} />
            : <Toolbar here={here} phone={phone} shown={contacts.length} more={found.hasNextPage} chooseColumns={() => setChoosing(true)} />}
          {found.isError && !contacts.length ? <Failed again={() => void found.refetch()} />
            : found.isPending ? (offline ? <p className={css.note}>{t('people.offline')}</p> : <Late><TableSkeleton /></Late>)
            : contacts.length === 0 ? <Empty here={here} />
            : <Table key={`${shown} ${phone}`} contacts={contacts} columns={columns} phone={phone} current={here.contact} address={here.address} picked={picked} pick={setPicked}
                more={found.hasNextPage} fetching={found.isFetchingNextPage} next={() => void found.fetchNextPage()}
                foot={here.question.search && contacts.length >= MOST_FOUND ? <p className={css.note}>{t('people.narrow', { n: MOST_FOUND })}</p> : undefined} />}
        </div>
        {here.contact !== undefined && (
          <aside className={css.aside} aria-label={t('person.label')}>
            <Profile key={here.contact} id={here.contact} close={here.close} beside />
          </aside>
        )}
      </main>
      <ColumnChooser opened={choosing} close={() => setChoosing(false)} all={all} keys={keys} keep={setKeys} />
    </Area>
  )
}

type Here = ReturnType<typeof usePeopleAddress>

function Toolbar({ here, phone, shown, more, chooseColumns }: { here: Here; phone: boolean; shown: number; more: boolean; chooseColumns: () => void }) {
  const { t, locale } = useWords()
  const names = useNames()
  const { segments } = useSegments()
  const segment = segments?.find(({ id }) => id === here.segment)
  const [filtering, setFiltering] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(here.search)
  const search = useDebouncedCallback((q: string) => here.set({ q: q.trim() || null }, true), TYPING)
  // The address may change by Back as well.
  useEffect(() => setText((before) => (before.trim() === here.search ? before : here.search)), [here.search])
  const count = useCount(here.question.where, !here.question.search)
  const filtered = !isEmpty(here.where)
  useActions([
    { id: 'search', label: t('people.search'), keys: '/', group: t('rail.people'), run: () => box.current?.focus() },
    { id: 'filter', label: t('people.filter'), keys: 'f', group: t('rail.people'), run: () => setFiltering((on) => !on) },
    { id: 'columns', label: t('columns.title'), keys: 'c', group: t('rail.people'), run: chooseColumns },
  ])
  return (
    <>
      <div className={css.toolbar}>
        <h2 className={css.title}>
          <span className={css.titleName}>{segment?.name ?? t('people.everybody')}</span>{' '}
          <span className={css.total} aria-live="polite">{here.question.search ? t('people.found', { n: shown, more: more || shown >= MOST_FOUND ? '+' : '' }) : count.data && about(count.data.count, count.data.exact, t, locale)}</span>
        </h2>
        <span className={css.grow} />
        <div className={css.search}>
          <IconSearch size={16} aria-hidden="true" />
          <input ref={box} type="search" className={css.searchField} placeholder={t('people.searchHint')} aria-label={t('people.search')} value={text}
            onChange={(event) => {
              setText(event.currentTarget.value)
              search(event.currentTarget.value)
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return
              if (text) {
                setText('')
                search('')
              } else event.currentTarget.blur()
            }} />
          {text ? <CloseButton size="sm" aria-label={t('people.searchClear')} onClick={() => { setText(''); search(''); box.current?.focus() }} /> : !phone && <Keys keys="/" />}
        </div>
        <Select label={t('people.sort')} value={here.sort} disabled={here.question.search !== ''} pick={(sort) => here.set({ sort: sort === SORTS[0] ? null : sort })} className={css.sort}>
          {SORTS.map((sort) => <option key={sort} value={sort}>{t(`sort.${sort}` as 'sort.id')}</option>)}
        </Select>
        <Button size="compact-md" h={36} variant={filtered ? 'light' : 'default'} leftSection={<IconFilter size={16} />} aria-expanded={filtering} onClick={() => setFiltering(!filtering)}>{t('people.filter')}</Button>
        {!phone && <ActionIcon size={36} onClick={chooseColumns} aria-label={t('columns.title')} title={t('columns.title')}><IconColumns3 size={18} /></ActionIcon>}
        {segment && <Button size="compact-md" h={36} variant="subtle" color="gray" component={Link} to={`/segments/${segment.id}`}>{t('segments.edit')}</Button>}
      </div>
      {!filtering && filtered && here.where && (
        <div className={css.chips}>
          <button type="button" className={css.chip} onClick={() => setFiltering(true)}>{sentence(here.where, { t, locale, names })}</button>
          <CloseButton onClick={() => here.set({ where: null })} aria-label={t('people.filterClear')} />
        </div>
      )}
      {filtering && <Filter here={here} close={() => setFiltering(false)} />}
    </>
  )
}

/** The same builder as that of segments; the table follows while one writes. */
function Filter({ here, close }: { here: Here; close: () => void }) {
  const { t } = useWords()
  const [group, setGroup] = useState<EditGroup>(() => (here.where ? edited(here.where) : newGroup('all')))
  const apply = useDebouncedCallback((next: EditGroup) => {
    const tree = written(next)
    here.set({ where: isEmpty(tree) ? null : JSON.stringify(tree) }, true)
  }, TYPING)
  const tree = written(group)
  return (
    <section className={css.filter} aria-label={t('people.filter')}>
      <Builder value={group} change={(next) => { setGroup(next); apply(next) }} />
      <div className={css.filterFoot}>
        <Button size="compact-md" variant="default" component={Link} to="/segments/new" state={{ where: tree }} disabled={isEmpty(tree)} data-disabled={isEmpty(tree) || undefined}>{t('people.saveAsSegment')}</Button>
        <Button size="compact-md" variant="subtle" color="gray" onClick={() => { here.set({ where: null }, true); close() }}>{t('people.filterClear')}</Button>
        <span className={css.grow} />
        <Button size="compact-md" onClick={close}>{t('people.filterDone')}</Button>
      </div>
    </section>
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
    </div>
  )
}

function Failed({ again }: { again: () => void }) {
  const { t } = useWords()
  return <div className={css.empty} role="alert"><p>{t('people.failed')}</p><Button variant="default" onClick={again}>{t('retry')}</Button></div>
}
