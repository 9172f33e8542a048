import { useMediaQuery } from '@mantine/hooks'
import { IconArrowMerge, IconBookmark, IconBuilding, IconFileImport, IconForms, IconPlus, IconSpeakerphone, IconUser, IconUsers, IconUsersGroup, type Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'react-router'
import { fold } from '../theme'
import { useWords } from '../words/words'
import css from './people.module.css'
import { SubjectContext, useSegments, type Subject } from './names'
import { useViews } from './views-data'

type Props = { subject?: Subject; segment?: number; view?: number; children: ReactNode }

/** The column of views beside everything in this area: everybody, saved views, the segments with their sizes, and where segments are made. */
export function Area({ subject = 'contact', segment, view, children }: Props) {
  const { t } = useWords()
  const path = useLocation().pathname
  const phone = useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false })
  const company = subject === 'company'
  const base = company ? '/companies' : '/people'
  return (
    <div className={css.area}>
      <section className={css.views} aria-label={t('views.label')}>
        <h1 className={css.viewsTitle}>{t(company ? 'rail.companies' : 'rail.people')}</h1>
        <ul className={css.viewList}>
          <View to={base} icon={company ? IconBuilding : IconUsers} here={path.startsWith(base) && !segment && !view}>{t(company ? 'companies.all' : 'people.everybody')}</View>
          <View to="/segments" icon={IconUsersGroup} here={path.startsWith('/segments')}>{t('segments.title')}</View>
          {!company && <View to="/forms" icon={IconForms} here={path.startsWith('/forms')}>{t('people.forms')}</View>}
          {!company && phone && <View to="/modals" icon={IconSpeakerphone} here={path.startsWith('/modals')}>{t('people.modals')}</View>}
          {!company && <View to="/duplicates" icon={IconArrowMerge} here={path.startsWith('/duplicates')}>{t('duplicates.title')}</View>}
          {!company && <View to="/imports" icon={IconFileImport} here={path.startsWith('/imports')}>{t('imports.title')}</View>}
        </ul>
        {!company && <SavedViews open={view} />}
        <SubjectContext value={subject}><SegmentViews base={base} subject={subject} segment={segment} /></SubjectContext>
      </section>
      {children}
    </div>
  )
}

/** What the agent has kept, and what the team shares. */
function SavedViews({ open }: { open?: number }) {
  const { t } = useWords()
  const views = useViews().data?.views
  if (!views?.length) return null
  return (
    <ul className={css.viewList} aria-label={t('saved.list')}>
      {views.map(({ id, name, shared }) => (
        <View key={id} to={`/people?view=${id}`} icon={shared ? IconBookmark : IconUser} here={open === id} title={t(shared ? 'saved.ofTeam' : 'saved.private')}>{name}</View>
      ))}
    </ul>
  )
}

function SegmentViews({ base, subject, segment }: { base: string; subject: Subject; segment?: number }) {
  const { t, locale } = useWords()
  const { segments } = useSegments()
  const number = new Intl.NumberFormat(locale)
  return (
    <ul className={css.viewList} aria-label={t('segments.title')}>
      {segments?.map(({ id, name, size }) => (
        <li key={id}>
          <Link className={css.view} to={`${base}?segment=${id}`} aria-current={segment === id ? 'page' : undefined}>
            <span className={css.viewName}>{name}</span><span className={css.count}>{number.format(size)}</span>
          </Link>
        </li>
      ))}
      <View to={subject === 'company' ? '/segments/new?subject=company' : '/segments/new'} icon={IconPlus} here={false}>{t('segments.new')}</View>
    </ul>
  )
}

export function View({ to, icon: Icon, here, title, children }: { to: string; icon: Icon; here: boolean; title?: string; children: ReactNode }) {
  return (
    <li>
      <Link className={css.view} to={to} aria-current={here ? 'page' : undefined} title={title}>
        <Icon size={16} aria-hidden="true" /><span className={css.viewName}>{children}</span>
      </Link>
    </li>
  )
}
