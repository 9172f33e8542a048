import { ActionIcon, Button } from '@mantine/core'
import { IconArrowLeft, IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { Navigate, useLocation, useNavigate, useParams } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Ago } from '../parts/ago'
import { Dialog } from '../parts/dialog'
import { Late } from '../parts/late'
import { AttributeList } from '../people/attribute-list'
import { AddTag, Pill } from '../people/belongings'
import { Text } from '../people/fields'
import { SubjectContext, useRefresh, useTags } from '../people/names'
import profile from '../people/profile.module.css'
import { SegmentsOf } from '../people/segments-of'
import { TableSkeleton } from '../people/table'
import { Line } from '../people/timeline'
import type { TimelinePage } from '../people/types'
import { tellFailed } from '../people/undo'
import { Section } from '../person/person'
import { area, useWords } from '../words/words'
import css from './companies.module.css'
import { Mark } from './mark'
import { Members } from './members'
import type { Company } from './types'

const DealsOf = area(() => import('../deals/deals-of'), 'deals')

const LOOK_EVERY = 4_000
const PAGE = 50

/** Everything about one company: what is known, who belongs to it, where it belongs and why, and what happened. */
export default function CompanyPage() {
  const { t } = useWords()
  const live = useLive()
  const id = Number(useParams().company)
  const navigate = useNavigate()
  const fromHere = useLocation().key !== 'default'
  const online = useFact((state) => state.phase === 'online')
  const [deleting, setDeleting] = useState(false)
  const { data, error } = useQuery({
    queryKey: ['company', id],
    queryFn: ({ signal }) => live.rest<Company>('GET', `companies/${id}`, undefined, signal),
    enabled: online && id > 0,
    staleTime: 5_000,
    refetchInterval: LOOK_EVERY,
  })
  const back = () => void (fromHere ? navigate(-1) : navigate('/companies'))
  useActions([{ id: 'back', label: t('profile.back'), keys: 'Escape', group: t('rail.companies'), hidden: true, run: back }])
  if (!Number.isSafeInteger(id) || id < 1) return <Navigate to="/companies" replace />
  const gone = error instanceof RestError && error.status === 404
  return (
    <SubjectContext value="company">
      <main className={profile.page}>
        <article className={profile.profile} aria-label={data?.name}>
          <div className={profile.bar}>
            <ActionIcon onClick={back} aria-label={t('profile.back')}><IconArrowLeft size={18} /></ActionIcon>
            <span className={profile.grow} />
            {data && <ActionIcon onClick={() => setDeleting(true)} aria-label={t('company.delete')} title={t('company.delete')}><IconTrash size={16} /></ActionIcon>}
          </div>
          {!data || gone
            ? gone ? <p className={profile.failed} role="alert">{t('company.gone')}</p>
              : error ? <p className={profile.failed} role="alert">{t('company.failed')}</p>
              : !online ? <p className={profile.failed}>{t('companies.offline')}</p> : <Late><TableSkeleton /></Late>
            : (
              <div className={profile.columns}>
                <div className={profile.facts}>
                  <header className={profile.head}>
                    <Mark />
                    <div className={profile.headLines}>
                      <h2 className={profile.name}>{data.name}</h2>
                      <p className={profile.presence}>{t('company.since')} <Ago at={data.created} long /> · #{id}</p>
                    </div>
                  </header>
                  <Tags company={data} />
                  <SegmentsOf contact={data} />
                  <AttributeList id={id} of="companies" values={{ ...data.values, ...data.attributes, created_at: data.created, updated_at: data.updated }} />
                </div>
                <div className={profile.story}>
                  <Members company={data} />
                  <Suspense><DealsOf company={data} /></Suspense>
                  <Story company={data} />
                </div>
              </div>
            )}
        </article>
        {data && <DeleteQuestion company={data} opened={deleting} close={() => setDeleting(false)} />}
      </main>
    </SubjectContext>
  )
}

function Tags({ company }: { company: Company }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const tags = useTags()
  const does = (method: string, tag: string) => live.rest(method, `companies/${company.id}/tags`, { tag })
    .then(() => refresh('company', 'companies', 'names tags', 'explain'), () => tellFailed(t))
  return (
    <Section title={t('profile.tags')}>
      <div className={profile.pills}>
        {company.tags.map((tag) => <Pill key={tag} name={tag} remove={() => void does('DELETE', tag)} />)}
        <AddTag offers={tags?.map(({ name }) => name).filter((name) => !company.tags.includes(name)) ?? []} add={(tag) => void does('POST', tag)} />
      </div>
    </Section>
  )
}

/** What happened to the company: newest first. */
function Story({ company }: { company: Company }) {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data, isError, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['company', company.id, 'timeline', company.updated, company.segments.join()],
    queryFn: ({ pageParam }) => live.rest<TimelinePage>('GET', `companies/${company.id}/timeline?limit=${PAGE}${pageParam ? `&cursor=${pageParam}` : ''}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor ?? undefined,
    enabled: online,
    staleTime: 5_000,
    placeholderData: (before) => before,
  })
  const entries = data?.pages.flatMap((page) => page.entries) ?? []
  return (
    <Section title={t('timeline.title')}>
      {isError && !data && <p className={profile.none} role="alert">{t('timeline.failed')}</p>}
      {data && entries.length === 0 && <p className={profile.none}>{t('timeline.empty')}</p>}
      <ol aria-label={t('timeline.title')}>{entries.map((entry) => <li key={entry.id}><Line entry={entry} dated /></li>)}</ol>
      {hasNextPage && <button type="button" className={profile.more} onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>{t('list.more')}</button>}
    </Section>
  )
}

/** It can't be taken back, so its name is typed. */
function DeleteQuestion({ company, opened, close }: { company: Company; opened: boolean; close: () => void }) {
  const { t, locale } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const refresh = useRefresh()
  const [typed, setTyped] = useState('')
  const [error, setError] = useState('')
  const sure = typed.trim() === company.name
  const remove = async () => {
    try {
      await live.rest('DELETE', `companies/${company.id}`)
      refresh('companies', 'count', 'names', 'profile', 'contacts')
      void navigate('/companies', { replace: true })
    } catch (problem) {
      setError(problem instanceof RestError && problem.code === 'conflict' ? t('company.changed') : t('failed.action'))
    }
  }
  return (
    <Dialog opened={opened} onClose={close} title={t('company.deleteTitle', { name: company.name })}>
      <form className={css.sure} onSubmit={(event) => { event.preventDefault(); if (sure) void remove() }}>
        <p>{t('company.deleteWhat', { n: company.members, shown: new Intl.NumberFormat(locale).format(company.members) })}</p>
        <label className={css.labelled}><span>{t('company.deleteType', { name: company.name })}</span>
          <Text label={t('company.deleteType', { name: company.name })} value={typed} write={setTyped} data-autofocus /></label>
        {error && <p className={css.error} role="alert">{error}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" color="red" disabled={!sure}>{t('company.delete')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
