import { IconArchive, IconClock, IconHourglass, IconInbox, IconUser, IconUserQuestion, IconUsersGroup, type TablerIcon } from '@tabler/icons-react'
import { memo, Suspense, useEffect, useRef } from 'react'
import { NavLink } from 'react-router'
import { useFact, useLooker } from '../live/context'
import { countOf, VIEWS, viewOf, type View } from '../live/views'
import { area, useWords } from '../words/words'
import css from './inbox.module.css'
import { Offer } from './offer'

const ICONS: Partial<Record<View, TablerIcon>> = { open: IconInbox, mine: IconUser, unassigned: IconUserQuestion, pending: IconHourglass, snoozed: IconClock, closed: IconArchive, groups: IconUsersGroup }

const Searching = area(() => import('./searching'), 'inbox')
const Saved = area(() => import('./saved'), 'inbox')

export const Views = memo(function Views({ view }: { view: View }) {
  const { t } = useWords()
  const who = useLooker()
  const inSome = who.groups.some(({ agents }) => agents.includes(who.me))
  return (
    <section className={css.views} aria-label={t('views.label')}>
      <h1 className={css.viewsTitle}>{t('rail.inbox')}</h1>
      <ul className={css.viewList}>
        <Suspense><li><Searching /></li></Suspense>
        {VIEWS.map((one) => <Entry key={one} one={one} name={t(`view.${one}`)} view={view} />)}
        {inSome && <Entry one="groups" name={t('view.groups')} view={view} />}
        {who.groups.map(({ id, name }) => <Entry key={id} one={viewOf(id)} name={name} view={view} />)}
        <Suspense><Saved view={view} /></Suspense>
      </ul>
      <Offer />
    </section>
  )
})

function Entry({ one, name, view }: { one: View; name: string; view: View }) {
  const { locale } = useWords()
  const who = useLooker()
  const count = useFact((state) => countOf(one, state.counts, who))
  const Icon = ICONS[one]
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    if (one === view) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [one, view])
  return (
    <li data-of={Icon ? undefined : 'group'}>
      <NavLink ref={link} className={css.view} to={`/inbox/${one}`}
        aria-current={one === view ? 'page' : undefined} title={Icon ? undefined : name}>
        {Icon && <Icon size={16} stroke={1.7} aria-hidden="true" />}
        <span className={css.viewName}>{name}</span>
        <span className={css.count}>{count > 0 && new Intl.NumberFormat(locale).format(count)}</span>
      </NavLink>
    </li>
  )
}
