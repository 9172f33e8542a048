import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link, useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { Ago } from '../parts/ago'
import { Late } from '../parts/late'
import { Area } from '../people/area'
import { SubjectContext, useAllSegments, useNames } from '../people/names'
import people from '../people/people.module.css'
import { TableSkeleton } from '../people/table'
import { useWords } from '../words/words'
import css from './segments.module.css'
import { sentence } from './sentence'
import type { Segment } from './types'

/** All segments with their sizes: what each asks for stands below its name. */
export default function Segments() {
  const { t } = useWords()
  const navigate = useNavigate()
  const { segments, failed, again } = useAllSegments()
  useActions([{ id: 'new segment', label: t('segments.new'), keys: 'n', group: t('segments.title'), run: () => void navigate('/segments/new') }])
  return (
    <Area>
      <main className={css.main}>
        <div className={people.toolbar}>
          <h2 className={people.title}>{t('segments.title')}</h2>
          <span className={people.grow} />
          <Button size="compact-md" h={36} variant="default" className={people.wideOnly} component={Link} to="/segments/new?subject=company" leftSection={<IconPlus size={16} />}>{t('segments.newCompany')}</Button>
          <Button size="compact-md" h={36} component={Link} to="/segments/new" leftSection={<IconPlus size={16} />}>{t('segments.new')}</Button>
        </div>
        {failed && !segments && <div className={people.empty} role="alert"><p>{t('segments.failed')}</p><Button variant="default" onClick={() => void again()}>{t('retry')}</Button></div>}
        {!failed && !segments && <Late><TableSkeleton /></Late>}
        {segments?.length === 0 && (
          <div className={people.empty}>
            <p className={people.emptyTitle}>{t('segments.none')}</p>
            <p>{t('segments.noneNext')}</p>
            <Button component={Link} to="/segments/new" state={{ where: { all: [{ type: 'presence', online: true }] } }}>{t('segments.try')}</Button>
          </div>
        )}
        {segments && (['contact', 'company'] as const).map((subject) => (
          <SubjectContext key={subject} value={subject}><Group title={t(`segmentsOf.${subject}`)} segments={segments.filter((one) => one.subject === subject)} /></SubjectContext>
        ))}
      </main>
    </Area>
  )
}

/** The segments of one subject; their sentences name its attributes. */
function Group({ title, segments }: { title: string; segments: Segment[] }) {
  const { t, locale } = useWords()
  const names = useNames()
  const number = new Intl.NumberFormat(locale)
  if (!segments.length) return null
  return (
    <section>
      <h3 className={css.groupTitle}>{title}</h3>
      <ul className={css.list} aria-label={title}>
        {segments.map((segment) => (
          <li key={segment.id}>
            <Link className={css.row} to={`/segments/${segment.id}`}>
              <span className={css.lines}>
                <span className={css.name}>{segment.name}</span>
                <span className={css.sentence}>{sentence(segment.where, { t, locale, names })}</span>
              </span>
              <span className={css.numbers}>
                <span className={css.size}>{number.format(segment.size)}</span>
                {segment.status === 'building' ? <span className={css.building}>{t('segments.building')}</span> : <span className={css.hint}><Ago at={segment.updated} long /></span>}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
