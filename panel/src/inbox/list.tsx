import { Skeleton } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact, useLive } from '../live/context'
import { activity, groupOf, savedOf, VIEWS, type View } from '../live/views'
import { Late } from '../parts/late'
import { useVisible } from '../parts/virtual'
import { area, useWords } from '../words/words'
import { ListEmpty, ListFailed } from './empty'
import css from './inbox.module.css'
import { steady, useList } from './list-data'
import { Row } from './row'

const Bulk = area(() => import('./bulk'), 'inbox', 'refusals')

/** So many one call decides about; more are the whole view. */
const MOST = 1_000
/** The height of a row, as its style has it. */
const ROW = 60
/** Pixels before the end at which the next page is asked for. */
const AHEAD = '600px'

export function List({ view, current }: { view: View; current?: number }) {
  const { t } = useWords()
  const list = useList(view)
  const group = useFact((state) => state.groups.find(({ id }) => id === groupOf(view))?.name)
  const saved = useFact((state) => state.views?.find(({ id }) => id === savedOf(view))?.name)
  const name = group ?? saved ?? (VIEWS.includes(view as 'open') || view === 'groups' ? t(`view.${view as 'open'}`) : '')
  const scroller = useRef<HTMLDivElement>(null)
  const { shown, news, hold, release } = useSteady(list.conversations)
  const seen = useVisible(scroller, shown.length, ROW)
  const selection = useSelection(shown)
  const open = useOpen(view, current)
  useAhead(scroller, current, shown.length > 0)
  useRowKeys(scroller, shown, current, selection.pick)

  const showNews = () => {
    release()
    scroller.current?.scrollTo({ top: 0 })
  }
  return (
    <section className={css.list} aria-label={name}
      onPointerEnter={(event) => event.pointerType !== 'touch' && hold('pointer', true)} onPointerLeave={() => hold('pointer', false)}>
      {selection.ids.length > 0 && <Suspense><Bulk ids={selection.ids} view={view} shown={Math.min(shown.length, MOST)} more={list.more} all={selection.all} clear={selection.clear} /></Suspense>}
      {news > 0 && (
        <button type="button" className={css.news} onClick={showNews}>
          <IconArrowUp size={14} aria-hidden="true" />{t('list.news', { n: news })}
        </button>
      )}
      <div ref={scroller} className={css.rows} onScroll={(event) => hold('scroll', event.currentTarget.scrollTop > 0)}>
        {shown.length > 0 && (
          <ul aria-label={t('list.label')} style={{ paddingBlock: `${seen.first * ROW}px ${(shown.length - seen.last) * ROW}px` }}>
            {shown.slice(seen.first, seen.last).map((id, index) => (
              <Row key={id} id={id} view={view} current={id === current} picked={selection.ids.includes(id)} pick={selection.pick} open={open} place={seen.first + index + 1} size={list.more ? -1 : shown.length} />
            ))}
          </ul>
        )}
        {!list.loaded && !shown.length && !list.failed && <Late><RowSkeletons /></Late>}
        {list.failed && !shown.length && <ListFailed again={() => void list.again()} />}
        {list.loaded && !shown.length && <ListEmpty view={view} />}
        {list.more && <More fetching={list.fetching} next={() => void list.next()} />}
      </div>
    </section>
  )
}

/** The same function for all rows and at every address: of the router's links each would be drawn anew with each step. */
function useOpen(view: View, current: number | undefined): (id: number) => void {
  const navigate = useNavigate()
  const newest = useRef<(id: number) => void>(() => {})
  useEffect(() => {
    // What is open already is no step to come back from.
    newest.current = (id) => void navigate(`/inbox/${view}/${id}`, { replace: id === current })
  })
  return useCallback((id) => newest.current(id), [])
}

/** Before anybody asks for it, what is likely to be opened next is there. */
function useAhead(scroller: React.RefObject<HTMLElement | null>, current: number | undefined, any: boolean): void {
  const live = useLive()
  useEffect(() => {
    let end: (() => void) | undefined = () => {}
    void import('./ahead').then(({ ahead }) => { end &&= ahead(live, scroller.current!) })
    return () => {
      end?.()
      end = undefined
    }
  }, [live, scroller, current, any])
}

/** Holds the order still while the pointer is in the list or it is scrolled, and counts what would have moved. */
function useSteady(now: ReturnType<typeof useList>['conversations']) {
  const me = useFact((state) => state.session?.agent.id ?? 0)
  const [held, setHeld] = useState<{ ids: number[]; since: string } | null>(null)
  const reasons = useRef(new Set<string>())
  const freeze = () => ({ ids: now.map(({ id }) => id), since: now.reduce((last, one) => (activity(one) > last ? activity(one) : last), '') })
  const { order, news } = useMemo(
    () => (held && held.ids.length ? steady(held.ids, now, held.since, me) : { order: now.map(({ id }) => id), news: 0 }),
    [held, now, me],
  )
  return {
    shown: order,
    news,
    hold: (reason: string, on: boolean) => {
      if (on) reasons.current.add(reason)
      else reasons.current.delete(reason)
      setHeld((before) => (reasons.current.size ? before ?? freeze() : null))
    },
    release: () => setHeld(reasons.current.size ? freeze() : null),
  }
}

/** What is picked, of what is shown; with `range`, all from the last one on. */
function useSelection(shown: readonly number[]) {
  const [picked, setPicked] = useState<readonly number[]>([])
  const last = useRef(0)
  const newest = useRef(shown)
  useEffect(() => {
    newest.current = shown
  })
  const pick = useCallback((id: number, range: boolean) => {
    const [from, to] = [newest.current.indexOf(last.current), newest.current.indexOf(id)].sort((a, b) => a - b) as [number, number]
    const some = range && from >= 0 ? newest.current.slice(from, to + 1) : [id]
    last.current = id
    setPicked((before) => (!range && before.includes(id) ? before.filter((one) => one !== id) : [...new Set([...before, ...some])].slice(0, MOST)))
  }, [])
  // What has left the list is not meant any more.
  const ids = useMemo(() => (picked.length ? picked.filter((id) => shown.includes(id)) : picked), [picked, shown])
  return { ids, pick, all: () => setPicked(shown.slice(0, MOST)), clear: () => setPicked([]) }
}

/** j and k walk over the rows by focus, so that Enter opens what a screen reader has just read. */
function useRowKeys(scroller: React.RefObject<HTMLElement | null>, shown: readonly number[], current: number | undefined, pick: (id: number, range: boolean) => void): void {
  const { t } = useWords()
  const row = (id: number | undefined) => scroller.current?.querySelector<HTMLElement>(`a[data-row="${id}"]`)
  const walk = (step: number) => {
    const focused = shown.indexOf(Number((document.activeElement as HTMLElement | null)?.dataset.row))
    const at = focused >= 0 ? focused + step : Math.max(0, shown.indexOf(current ?? 0) + (current ? step : 0))
    const place = Math.min(Math.max(at, 0), shown.length - 1)
    // Far from what is on the screen there is no row yet.
    if (!row(shown[place])) scroller.current?.scrollTo({ top: place * ROW })
    const go = () => row(shown[place])?.focus()
    if (row(shown[place])) go()
    else requestAnimationFrame(go)
  }
  const pickFocused = () => {
    const focused = Number((document.activeElement as HTMLElement | null)?.dataset.row) || current
    if (focused) pick(focused, false)
  }
  useActions([
    { id: 'pick', label: t('list.pickIt'), keys: 'x', group: t('keys.list'), hidden: true, run: pickFocused },
    { id: 'next', label: t('keys.next'), keys: 'j', group: t('keys.list'), hidden: true, run: () => walk(1) },
    { id: 'previous', label: t('keys.previous'), keys: 'k', group: t('keys.list'), hidden: true, run: () => walk(-1) },
    { id: 'open', label: t('keys.open'), keys: 'Enter', group: t('keys.list'), hidden: true },
  ])
}

/** Asks for the next page when its place comes near, and is a button for those who don't scroll. */
function More({ fetching, next }: { fetching: boolean; next: () => void }) {
  const { t } = useWords()
  const mark = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (fetching) return
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && next(), { root: mark.current?.parentElement, rootMargin: AHEAD })
    watch.observe(mark.current!)
    return () => watch.disconnect()
  })
  return <button ref={mark} type="button" className={css.more} onClick={next} disabled={fetching}>{t('list.more')}</button>
}

function RowSkeletons() {
  const { t } = useWords()
  return (
    <div role="status" aria-label={t('loading')}>
      {[70, 45, 60, 80, 50, 65].map((width) => (
        <div key={width} className={css.skeleton}>
          <Skeleton circle height={32} />
          <div className={css.skeletonLines}>
            <Skeleton height={12} width={`${width / 2}%`} />
            <Skeleton height={10} width={`${width}%`} />
          </div>
        </div>
      ))}
    </div>
  )
}
