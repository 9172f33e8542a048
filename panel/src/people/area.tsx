import { IconPlus, IconUsers, IconUsersGroup } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'react-router'
import { useWords } from '../words/words'
import css from './people.module.css'
import { useSegments } from './names'

/** The column of views beside everything in this area: everybody, the segments with their sizes, and where segments are made. */
export function Area({ segment, children }: { segment?: number; children: ReactNode }) {
  const { t, locale } = useWords()
  const { segments } = useSegments()
  const path = useLocation().pathname
  const number = new Intl.NumberFormat(locale)
  const here = (yes: boolean) => (yes ? 'page' : undefined)
  return (
    <div className={css.area}>
      <section className={css.views} aria-label={t('views.label')}>
        <h1 className={css.viewsTitle}>{t('rail.people')}</h1>
        <ul className={css.viewList}>
          <li>
            <Link className={css.view} to="/people" aria-current={here(path.startsWith('/people') && !segment)}>
              <IconUsers size={16} aria-hidden="true" /><span className={css.viewName}>{t('people.everybody')}</span>
            </Link>
          </li>
          <li>
            <Link className={css.view} to="/segments" aria-current={here(path.startsWith('/segments'))}>
              <IconUsersGroup size={16} aria-hidden="true" /><span className={css.viewName}>{t('segments.title')}</span>
            </Link>
          </li>
        </ul>
        <ul className={css.viewList} aria-label={t('segments.title')}>
          {segments?.map(({ id, name, size }) => (
            <li key={id}>
              <Link className={css.view} to={`/people?segment=${id}`} aria-current={here(segment === id)}>
                <span className={css.viewName}>{name}</span><span className={css.count}>{number.format(size)}</span>
              </Link>
            </li>
          ))}
          <li>
            <Link className={css.view} to="/segments/new"><IconPlus size={16} aria-hidden="true" /><span className={css.viewName}>{t('segments.new')}</span></Link>
          </li>
        </ul>
      </section>
      {children}
    </div>
  )
}
