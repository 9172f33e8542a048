import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import profile from '../people/profile.module.css'
import { Section } from '../person/person'
import { useWords } from '../words/words'
import { useCrm, useCrmNews, usePlaces } from './data'
import css from './deals.module.css'
import { money } from './money'
import { State } from './state'
import type { Deal, DealPage } from './types'

const SHOWN = 20

/** The newest deals of somebody (`contact=5`, `company=7`), each with what `more` says of it, and a way to a new one. */
export function DealList({ whose, more, add }: { whose: string; more?: (deal: Deal) => ReactNode; add: () => void }) {
  const { t, locale } = useWords()
  const places = usePlaces()
  const { data, isError } = useCrm<DealPage>(['deals', 'of', whose], `deals?${whose}&limit=${SHOWN}`)
  useCrmNews()
  return (
    <Section title={t('rail.deals')}>
      {isError && !data && <p className={profile.none} role="alert">{t('deals.failed')}</p>}
      {data && data.deals.length === 0 && <p className={profile.none}>{t('deals.noneOf')}</p>}
      {data && data.deals.length > 0 && (
        <ul className={css.items} aria-label={t('rail.deals')}>
          {data.deals.map((deal) => (
            <li key={deal.id} className={css.item}>
              <Link className={css.dealLink} to={`/deal/${deal.id}`}>
                <span>{deal.name}</span>
                <span className={css.more}>{[money(deal.value, deal.currency, locale), places.stage(deal.stage)?.name].filter(Boolean).join(' · ')}</span>
                {more?.(deal)}
              </Link>
              <State of={deal.status} />
            </li>
          ))}
        </ul>
      )}
      {data?.cursor && <p className={css.hint}>{t('deals.moreOf', { n: SHOWN })}</p>}
      <div><Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={add}>{t('deals.new')}</Button></div>
    </Section>
  )
}
