import { ActionIcon, Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconArrowLeft, IconTrash, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { Link, Navigate, useLocation, useNavigate, useParams, useSearchParams } from 'react-router'
import { useActions } from '../frame/actions'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { Late } from '../parts/late'
import { Area } from '../people/area'
import { Text } from '../people/fields'
import { SubjectContext, useAllSegments, useNames, useRefresh, useSubject } from '../people/names'
import { about } from '../people/about'
import people from '../people/people.module.css'
import { TableSkeleton } from '../people/table'
import { useCount } from '../people/table-data'
import { useWords } from '../words/words'
import { Builder } from './builder'
import css from './segments.module.css'
import { sentence } from './sentence'
import { SizeChart } from './size-chart'
import { edited, isEmpty, newGroup, unfinished, written } from './tree'
import type { Segment, Tree } from './types'

const TYPING = 350

/** A segment: what it asks for, how many it finds while that is written, and how its size went. */
export default function SegmentPage() {
  const { t } = useWords()
  const { segment: id } = useParams()
  const { segments } = useAllSegments()
  const location = useLocation()
  const [params] = useSearchParams()
  if (id === 'new') {
    const where = (location.state as { where?: Tree } | null)?.where
    const subject = params.get('subject') === 'company' ? 'company' : 'contact'
    return <Area subject={subject}><SubjectContext value={subject}><Editor key={location.key} where={where} /></SubjectContext></Area>
  }
  const segment = segments?.find((one) => one.id === Number(id))
  if (!Number.isSafeInteger(Number(id))) return <Navigate to="/segments" replace />
  return (
    <Area subject={segment?.subject}>
      {segment ? <SubjectContext value={segment.subject}><Editor key={segment.id} segment={segment} where={segment.where} /></SubjectContext>
        : segments ? <main className={css.main}><p className={people.note} role="alert">{t('segments.gone')}</p></main>
        : <main className={css.main}><Late><TableSkeleton /></Late></main>}
    </Area>
  )
}

function Editor({ segment, where }: { segment?: Segment; where?: Tree }) {
  const { t, locale } = useWords()
  const live = useLive()
  const names = useNames()
  const subject = useSubject()
  const navigate = useNavigate()
  const refresh = useRefresh()
  const [name, setName] = useState(segment?.name ?? '')
  const [description, setDescription] = useState(segment?.description ?? '')
  const [group, setGroup] = useState(() => (where ? edited(where) : newGroup('all')))
  const [error, setError] = useState('')
  const [saving, setSaving] = useState(false)
  const [deleting, setDeleting] = useState(false)
  const tree = written(group)
  const changed = !segment || name.trim() !== segment.name || description.trim() !== segment.description || JSON.stringify(tree) !== JSON.stringify(segment.where)
  const ready = name.trim() !== '' && !unfinished(group) && !saving && (segment ? changed : !isEmpty(tree))

  const save = async () => {
    if (!ready) return
    setSaving(true)
    setError('')
    try {
      const fields = { name: name.trim(), description: description.trim() }
      const same = segment && JSON.stringify(tree) === JSON.stringify(segment.where)
      const saved = await live.rest<Segment>(segment ? 'PATCH' : 'POST', segment ? `segments/${segment.id}` : 'segments', same ? fields : { ...fields, where: tree, ...(segment ? {} : { subject }) })
      refresh('names', 'contacts', 'companies', 'count', 'sizes', 'explain')
      notifications.show({ withBorder: true, message: t('segments.saved', { name: saved.name }), closeButtonProps: { 'aria-label': t('close') } })
      if (!segment) void navigate(`/segments/${saved.id}`, { replace: true })
    } catch (problem) {
      setError(problem instanceof RestError && problem.code === 'taken' ? t('segments.taken') : refusal(problem, t))
    } finally {
      setSaving(false)
    }
  }
  useActions([{ id: 'save', label: t('save'), keys: 'Mod+S', group: t('segments.title'), run: () => void save() }])
  return (
    <main className={css.main}>
      <div className={`${people.toolbar} ${css.bar}`}>
        <ActionIcon component={Link} to="/segments" aria-label={t('segments.back')}><IconArrowLeft size={18} /></ActionIcon>
        <h2 className={people.title}><span className={people.titleName}>{segment?.name ?? t(subject === 'company' ? 'segments.newCompany' : 'segments.new')}</span></h2>
        <span className={people.grow} />
        {segment && <ActionIcon size={36} onClick={() => setDeleting(true)} aria-label={t('segments.delete')} title={t('segments.delete')}><IconTrash size={18} /></ActionIcon>}
        {segment && <Button size="compact-md" h={36} variant="default" component={Link} to={`/${subject === 'company' ? 'companies' : 'people'}?segment=${segment.id}`} aria-label={t(subject === 'company' ? 'segments.showCompanies' : 'segments.show')}><IconUsers size={16} aria-hidden="true" className={css.narrowOnly} /><span className={people.wideOnly}>{t(subject === 'company' ? 'segments.showCompanies' : 'segments.show')}</span></Button>}
        <Button size="compact-md" h={36} disabled={!ready} loading={saving} onClick={() => void save()}>{t('save')}</Button>
      </div>
      <div className={css.editor}>
        <div className={css.form}>
          {error && <p className={css.error} role="alert">{error}</p>}
          <label className={css.labelled}><span className={css.label}>{t('segments.name')}</span>
            <Text label={t('segments.name')} placeholder={t('segments.nameHint')} value={name} write={setName} maxLength={128} autoFocus={!segment} /></label>
          <label className={css.labelled}><span className={css.label}>{t('segments.description')}</span>
            <Text label={t('segments.description')} value={description} write={setDescription} maxLength={1000} /></label>
          <div className={css.labelled}>
            <span className={css.label}>{t('segments.conditions')}</span>
            <Builder value={group} change={setGroup} />
          </div>
        </div>
        <div className={css.side}>
          <PreviewCard tree={tree} summary={sentence(tree, { t, locale, names })} />
          {segment && <Sizes segment={segment} />}
        </div>
      </div>
      {segment && <DeleteQuestion segment={segment} opened={deleting} close={() => setDeleting(false)} />}
    </main>
  )
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return <section className={css.card} aria-label={title}><h3>{title}</h3>{children}</section>
}

/** How many there would be, while one writes; each count takes the place of the one before. */
function PreviewCard({ tree, summary }: { tree: Tree; summary: string }) {
  const { t, locale } = useWords()
  const subject = useSubject()
  const text = JSON.stringify(tree)
  const [settled] = useDebouncedValue(text, TYPING)
  const asked = JSON.parse(settled) as Tree
  const empty = isEmpty(asked)
  const { data, isFetching, error } = useCount({ where: asked, search: '' }, !empty)
  const stale = settled !== text || isFetching
  return (
    <Card title={t('preview.title')}>
      {empty ? <p className={css.hint}>{t('preview.empty')}</p> : (
        <>
          <p className={css.count} role="status" data-stale={stale || undefined}>
            {error && !isFetching ? (error instanceof RestError && error.status === 400 ? refusal(error, t) : t('preview.failed')) : data ? about(data.count, data.exact, t, locale, subject) : t('preview.counting')}
          </p>
          {data && !error && data.total > 0 && <p className={css.hint}>{t(subject === 'company' ? 'preview.shareCompanies' : 'preview.share', { share: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(data.count / data.total) })}</p>}
          <p>{summary}</p>
          {data && !error && data.some.length > 0 && (
            <ul className={css.some} aria-label={t('preview.some')}>
              {data.some.slice(0, 5).map(({ id, name, email }) => <li key={id}><Link className={css.someone} to={`/${subject === 'company' ? 'company' : 'person'}/${id}`}>{name}{email && email !== name && <span className={css.hint}>{email}</span>}</Link></li>)}
            </ul>
          )}
        </>
      )}
    </Card>
  )
}

function Sizes({ segment: { id, size, status, subject } }: { segment: Segment }) {
  const { t, locale } = useWords()
  const live = useLive()
  const { data } = useQuery({ queryKey: ['sizes', id, size], queryFn: () => live.rest<{ days: { day: string; size: number }[] }>('GET', `segments/${id}/sizes`), placeholderData: (before) => before })
  return (
    <Card title={t('sizes.title')}>
      <p className={css.count}>{about(size, true, t, locale, subject)}</p>
      {status === 'building' && <p className={css.building} role="status">{t('segments.building')}</p>}
      {data && <SizeChart days={data.days} />}
    </Card>
  )
}

function DeleteQuestion({ segment, opened, close }: { segment: Segment; opened: boolean; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const refresh = useRefresh()
  const [typed, setTyped] = useState('')
  const [error, setError] = useState('')
  const remove = async () => {
    try {
      await live.rest('DELETE', `segments/${segment.id}`)
      refresh('names')
      void navigate('/segments', { replace: true })
    } catch (problem) {
      setError(refusal(problem, t))
    }
  }
  const sure = typed.trim() === segment.name
  return (
    <Dialog opened={opened} onClose={close} title={t('segments.deleteTitle', { name: segment.name })}>
      <form className={css.form} onSubmit={(event) => { event.preventDefault(); if (sure) void remove() }}>
        <p>{t(segment.subject === 'company' ? 'segments.deleteWhatCompanies' : 'segments.deleteWhat')}</p>
        <label className={css.labelled}><span>{t('segments.deleteType', { name: segment.name })}</span>
          <Text label={t('segments.deleteType', { name: segment.name })} value={typed} write={setTyped} data-autofocus /></label>
        {error && <p className={css.error} role="alert">{error}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" color="red" disabled={!sure}>{t('segments.delete')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
