import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link, useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { Ago } from '../parts/ago'
import { Late } from '../parts/late'
import { Area } from '../people/area'
import { useNames, useSegments } from '../people/names'
import people from '../people/people.module.css'
import { TableSkeleton } from '../people/table'
import { useWords } from '../words/words'
import css from './segments.module.css'
import { sentence } from './sentence'

/** All segments with their sizes: what each asks for stands below its name. */
export default function Segments() {
  const { t, locale } = useWords()
  const navigate = useNavigate()
  const names = useNames()
  const { segments, failed, again } = useSegments()
  useActions([{ id: 'new segment', label: t('segments.new'), keys: 'n', group: t('segments.title'), run: () => void navigate('/segments/new') }])
  const number = new Intl.NumberFormat(locale)
  return (
    <Area>
      <main className={css.main}>
        <div className={people.toolbar}>
          <h2 className={people.title}>{t('segments.title')}</h2>
          <span className={people.grow} />
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
        {segments && segments.length > 0 && (
          <ul className={css.list} aria-label={t('segments.title')}>
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
        )}
      </main>
    </Area>
  )
}
