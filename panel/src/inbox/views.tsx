import { IconArchive, IconInbox, IconUser, IconUserQuestion, type TablerIcon } from '@tabler/icons-react'
import { NavLink } from 'react-router'
import { useFact } from '../live/context'
import { VIEWS, type View } from '../live/views'
import { useWords } from '../words/words'
import css from './inbox.module.css'
import { Offer } from './offer'

const ICONS: Record<View, TablerIcon> = { open: IconInbox, mine: IconUser, unassigned: IconUserQuestion, closed: IconArchive }

export function Views({ view }: { view: View }) {
  const { t, locale } = useWords()
  const counts = useFact((state) => state.counts)
  const number = new Intl.NumberFormat(locale)
  return (
    <section className={css.views} aria-label={t('views.label')}>
      <h1 className={css.viewsTitle}>{t('rail.inbox')}</h1>
      <ul className={css.viewList}>
        {VIEWS.map((one) => {
          const Icon = ICONS[one]
          return (
            <li key={one}>
              <NavLink ref={(link) => { if (one === view) link?.scrollIntoView({ block: 'nearest', inline: 'nearest' }) }} className={css.view} to={`/inbox/${one}`} aria-current={one === view ? 'page' : undefined}>
                <Icon size={16} stroke={1.7} aria-hidden="true" />
                <span className={css.viewName}>{t(`view.${one}`)}</span>
                <span className={css.count}>{counts[one] > 0 && number.format(counts[one])}</span>
              </NavLink>
            </li>
          )
        })}
      </ul>
      <Offer />
    </section>
  )
}
