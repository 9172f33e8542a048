import { Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { lazy, Suspense, useRef, useState } from 'react'
import { useActions } from '../frame/actions'
import { useFact } from '../live/context'
import { Late } from '../parts/late'
import { Select, Text } from '../people/fields'
import { useSegments } from '../people/names'
import { useWords } from '../words/words'
import { useVisitors, type OnlineVisitor, type Question } from './data'
import { List } from './list'
import { placeName } from './shown'
import Start from './start'
import css from './visitors.module.css'

const WorldMap = lazy(() => import('./map'))
const TYPING = 250

/** Everybody who is on the website at this moment: where they are, where they came from, and who talks with them. */
export default function VisitorsPage() {
  const { t, locale } = useWords()
  const offline = useFact((state) => state.phase === 'offline')
  const { segments } = useSegments()
  const [search, setSearch] = useState('')
  const [asked] = useDebouncedValue(search.trim(), TYPING)
  const [narrow, setNarrow] = useState<Omit<Question, 'search'>>({ page: null, country: null, segment: null, known: null })
  const [view, setView] = useState<'list' | 'map'>('list')
  const [writing, setWriting] = useState<{ id: number; name: string }>()
  const field = useRef<HTMLDivElement>(null)
  const { visitors, whole, isError, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useVisitors({ ...narrow, search: asked })
  const narrowed = asked !== '' || Object.values(narrow).some((each) => each !== null)
  const set = (change: Partial<Question>) => setNarrow((before) => ({ ...before, ...change }))
  const number = new Intl.NumberFormat(locale)
  useActions([
    { id: 'find visitor', label: t('visitors.search'), keys: '/', group: t('rail.visitors'), run: () => field.current?.querySelector('input')?.focus() },
    { id: 'visitors map', label: t(view === 'map' ? 'visitors.asList' : 'visitors.asMap'), keys: 'm', group: t('rail.visitors'), run: () => setView(view === 'map' ? 'list' : 'map') },
  ])
  const write = ({ id, name }: OnlineVisitor) => setWriting({ id, name })
  return (
    <main className={css.main} aria-label={t('rail.visitors')}>
      <div className={css.toolbar}>
        <h1 className={css.title}>{t('rail.visitors')} <span className={css.total} aria-live="polite">{whole && t('visitors.count', { n: whole.total, shown: number.format(whole.total) })}</span></h1>
        <span className={css.grow} />
        <div ref={field} className={css.search}><Text label={t('visitors.search')} placeholder={t('visitors.search')} value={search} write={setSearch} /></div>
        <Select label={t('visitors.page')} value={narrow.page ?? ''} pick={(page) => set({ page: page || null })} className={css.narrow}>
          <option value="">{t('visitors.anyPage')}</option>
          {narrow.page && !whole?.pages.some(({ url }) => url === narrow.page) && <option value={narrow.page}>{narrow.page}</option>}
          {whole?.pages.map(({ url, title, count }) => <option key={url} value={url}>{`${title || url} (${number.format(count)})`}</option>)}
        </Select>
        <Select label={t('visitors.country')} value={narrow.country ?? ''} pick={(country) => set({ country: country || null })} className={css.narrow}>
          <option value="">{t('visitors.anyCountry')}</option>
          {narrow.country && !whole?.countries[narrow.country] && <option value={narrow.country}>{placeName(narrow.country, null, locale)}</option>}
          {Object.entries(whole?.countries ?? {}).map(([country, count]) => <option key={country} value={country}>{`${placeName(country, null, locale)} (${number.format(count)})`}</option>)}
        </Select>
        <Select label={t('visitors.segment')} value={narrow.segment ?? ''} pick={(id) => set({ segment: Number(id) || null })} className={css.narrow}>
          <option value="">{t('visitors.anySegment')}</option>
          {segments?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </Select>
        <Select label={t('visitors.who')} value={narrow.known === null ? '' : String(narrow.known)} pick={(known) => set({ known: known === '' ? null : known === 'true' })} className={css.narrow}>
          <option value="">{t('visitors.anybody')}</option>
          <option value="true">{t('visitors.known')}</option>
          <option value="false">{t('visitors.unknown')}</option>
        </Select>
        <div className={css.views} role="group" aria-label={t('visitors.view')}>
          {(['list', 'map'] as const).map((each) => <button key={each} type="button" className={css.view} aria-pressed={view === each} onClick={() => setView(each)}>{t(each === 'list' ? 'visitors.list' : 'visitors.map')}</button>)}
        </div>
      </div>
      {isError && !whole ? <div className={css.empty} role="alert"><p>{t('visitors.failed')}</p><Button variant="default" onClick={() => void refetch()}>{t('retry')}</Button></div>
        : isPending && !whole ? (offline ? <p className={css.empty}>{t('visitors.offline')}</p> : <Late><p className={css.empty} role="status">{t('loading')}</p></Late>)
        : whole && whole.found === 0 ? (
          <div className={css.empty}>
            <p className={css.emptyTitle}>{t(narrowed ? 'visitors.none' : 'visitors.nobody')}</p>
            <p>{t(narrowed ? 'visitors.noneNext' : 'visitors.nobodyNext')}</p>
            {narrowed && <Button variant="default" onClick={() => { setSearch(''); setNarrow({ page: null, country: null, segment: null, known: null }) }}>{t('visitors.showAll')}</Button>}
          </div>
        )
        : view === 'map' && whole ? <Suspense fallback={<Late><p className={css.empty} role="status">{t('loading')}</p></Late>}><WorldMap places={whole.places} pick={(country) => { set({ country }); setView('list') }} /></Suspense>
        : whole && <List visitors={visitors} found={whole.found} more={hasNextPage && !isFetchingNextPage} next={() => void fetchNextPage()} write={write} segments={segments ?? []} />}
      {writing && <Start contact={writing} close={() => setWriting(undefined)} />}
    </main>
  )
}
