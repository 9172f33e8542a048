import { Button } from '@mantine/core'
import { IconArrowMerge } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Face } from '../parts/face'
import { Late } from '../parts/late'
import { Area } from '../people/area'
import people from '../people/people.module.css'
import { useRefresh } from '../people/names'
import { TableSkeleton } from '../people/table'
import { tellFailed, tellWithUndo } from '../people/undo'
import { useWords } from '../words/words'
import Merge from './merge'
import css from './merging.module.css'
import type { Group, Groups } from './types'

/** So many of one group are compared at once: more columns nobody can read. */
const MOST = 5

/** People who are likely the same one, with what they have in common. */
export default function Duplicates() {
  const { t } = useWords()
  const live = useLive()
  const offline = useFact((state) => state.phase === 'offline')
  const online = useFact((state) => state.phase === 'online')
  const [merging, setMerging] = useState<number[]>()
  const apart = useApart()
  const { data, isError, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['duplicates'],
    queryFn: ({ pageParam, signal }) => live.rest<Groups>('GET', `duplicates?limit=50${pageParam ? `&cursor=${pageParam}` : ''}`, undefined, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor ?? undefined,
    enabled: online,
    staleTime: 10_000,
  })
  const groups = data?.pages.flatMap((page) => page.groups) ?? []
  // A page looks at so many people and no more: where it found nobody, the next one is looked through at once.
  const looking = groups.length === 0 && hasNextPage
  useEffect(() => {
    if (looking && !isFetchingNextPage) void fetchNextPage()
  }, [looking, isFetchingNextPage, fetchNextPage])
  return (
    <Area>
      <main className={css.main}>
        <div className={people.toolbar}><h2 className={people.title}>{t('duplicates.title')}</h2></div>
        {isError && !data && <div className={people.empty} role="alert"><p>{t('duplicates.failed')}</p><Button variant="default" onClick={() => void refetch()}>{t('retry')}</Button></div>}
        {!isError && !data && (offline ? <p className={people.note}>{t('people.offline')}</p> : <Late><TableSkeleton /></Late>)}
        {data && looking && <p className={people.note} role="status">{t('duplicates.looking')}</p>}
        {data && groups.length === 0 && !hasNextPage && (
          <div className={people.empty}>
            <p className={people.emptyTitle}>{t('duplicates.none')}</p>
            <p>{t('duplicates.noneNext')}</p>
          </div>
        )}
        {groups.length > 0 && (
          <>
            <p className={css.intro}>{t('duplicates.why')}</p>
            <ul className={css.groups} aria-label={t('duplicates.title')}>
              {groups.map((group) => <GroupCard key={`${group.reason} ${group.contacts.map(({ id }) => id).join()}`} group={group} merge={setMerging} apart={(ids) => void apart(ids)} />)}
            </ul>
            {hasNextPage && <div className={css.more}><Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('list.more')}</Button></div>}
          </>
        )}
      </main>
      {merging && <Merge ids={merging} close={() => setMerging(undefined)} />}
    </Area>
  )
}

/** Says that some people are not one, and offers to take it back. */
function useApart() {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const say = async (contacts: number[], apart: boolean) => {
    await live.rest('POST', 'duplicates/apart', { contacts, apart })
    refresh('duplicates')
  }
  return (contacts: number[]) =>
    say(contacts, true).then(
      () => tellWithUndo(t, t('duplicates.told', { n: contacts.length }), () => say(contacts, false)),
      (problem) => tellFailed(t, problem instanceof RestError && problem.status ? problem.message : ''),
    )
}

type CardProps = { group: Group; merge: (ids: number[]) => void; apart: (ids: number[]) => void }

function GroupCard({ group: { reason, contacts }, merge, apart }: CardProps) {
  const { t } = useWords()
  const names = contacts.map(({ name }) => name).join(', ')
  return (
    <li className={css.group}>
      <div className={css.groupHead}>
        <span className={css.reason}>{t(`duplicate.${reason}`)}</span>
        <span className={css.deeds}>
          <Button size="compact-md" variant="subtle" onClick={() => apart(contacts.map(({ id }) => id))} aria-label={t('duplicates.apartNames', { names })}>{t('duplicates.apart')}</Button>
          <Button size="compact-md" variant="light" leftSection={<IconArrowMerge size={16} />} onClick={() => merge(contacts.slice(0, MOST).map(({ id }) => id))} aria-label={t('duplicates.compareNames', { names })}>{t('merge.compare')}</Button>
        </span>
      </div>
      <ul className={css.people}>
        {contacts.map((one) => (
          <li key={one.id} className={css.person}>
            <Face id={one.id} name={one.name} size="small" />
            <span className={css.lines}><Link className={css.name} to={`/person/${one.id}`}>{one.name}</Link>{one.email && one.email !== one.name && <span className={css.hint}>{one.email}</span>}</span>
          </li>
        ))}
      </ul>
    </li>
  )
}
