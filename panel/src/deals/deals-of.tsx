import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import profile from '../people/profile.module.css'
import { Section } from '../person/person'
import { useWords } from '../words/words'
import { useCrm, useCrmNews, usePlaces } from './data'
import { DealForm } from './deal-form'
import css from './deals.module.css'
import { money } from './money'
import { State } from './state'
import type { DealPage } from './types'

const SHOWN = 20

/** The deals of a person or a company, with a way to a new one. */
export default function DealsOf({ contact, company }: { contact?: { id: number; name: string }; company?: { id: number; name: string } }) {
  const { t, locale } = useWords()
  const navigate = useNavigate()
  const places = usePlaces()
  const [making, setMaking] = useState(false)
  const whose = contact ? `contact=${contact.id}` : `company=${company?.id}`
  const { data } = useCrm<DealPage>(['deals', 'of', whose], `deals?${whose}&limit=${SHOWN}`)
  useCrmNews()
  if (!data) return null
  return (
    <Section title={t('rail.deals')}>
      {data.deals.length === 0 ? <p className={profile.none}>{t('deals.noneOf')}</p> : (
        <ul className={css.items} aria-label={t('rail.deals')}>
          {data.deals.map((deal) => (
            <li key={deal.id} className={css.item}>
              <Link className={css.dealLink} to={`/deal/${deal.id}`}>
                <span>{deal.name}</span>
                <span className={css.more}>{[money(deal.value, deal.currency, locale), places.stage(deal.stage)?.name].filter(Boolean).join(' · ')}</span>
              </Link>
              <State of={deal.status} />
            </li>
          ))}
        </ul>
      )}
      {data.cursor && <p className={css.hint}>{t('deals.moreOf', { n: SHOWN })}</p>}
      <div><Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={() => setMaking(true)}>{t('deals.new')}</Button></div>
      {making && <DealForm contact={contact} company={company} close={() => setMaking(false)} done={({ id }) => void navigate(`/deal/${id}`)} />}
    </Section>
  )
}
