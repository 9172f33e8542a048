import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link } from 'react-router'
import { Activities } from '../deals/activities'
import { useCrm, useCrmNews, usePlaces } from '../deals/data'
import deals from '../deals/deals.module.css'
import { money } from '../deals/money'
import { Notes } from '../deals/notes'
import { State } from '../deals/state'
import type { Deal, DealPage } from '../deals/types'
import profile from '../people/profile.module.css'
import { useTimes } from '../words/times'
import { useWords } from '../words/words'
import type { Deed } from './doing'
import { Section } from './person'

const SHOWN = 20

type Props = { contact: { id: number; name: string }; conversation: number; act: (deed: Deed) => void }

/** Deals with their next step, what is planned with this person, and what the team wrote down about them. */
export function Sales({ contact, conversation, act }: Props) {
  const { t, locale } = useWords()
  const places = usePlaces()
  const whose = `contact=${contact.id}`
  const { data, isError } = useCrm<DealPage>(['deals', 'of', whose], `deals?${whose}&limit=${SHOWN}`)
  useCrmNews()
  return (
    <>
      <Section title={t('rail.deals')}>
        {isError && !data && <p className={profile.none} role="alert">{t('deals.failed')}</p>}
        {data && data.deals.length === 0 && <p className={profile.none}>{t('deals.noneOf')}</p>}
        {data && data.deals.length > 0 && (
          <ul className={deals.items} aria-label={t('rail.deals')}>
            {data.deals.map((deal) => (
              <li key={deal.id} className={deals.item}>
                <Link className={deals.dealLink} to={`/deal/${deal.id}`}>
                  <span>{deal.name}</span>
                  <span className={deals.more}>{[money(deal.value, deal.currency, locale), places.stage(deal.stage)?.name].filter(Boolean).join(' · ')}</span>
                  {deal.status === 'in_progress' && <Next deal={deal} />}
                </Link>
                <State of={deal.status} />
              </li>
            ))}
          </ul>
        )}
        {data?.cursor && <p className={deals.hint}>{t('deals.moreOf', { n: SHOWN })}</p>}
        <div><Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={() => act('deal')}>{t('deals.new')}</Button></div>
      </Section>
      <Activities contact={contact} conversation={conversation} />
      <Notes subject="contact" of={contact.id} conversation={conversation} />
    </>
  )
}

/** When something is to be done about a deal next. */
function Next({ deal: { next_activity: at, activities_status: status } }: { deal: Deal }) {
  const { t, locale } = useWords()
  const times = useTimes()
  if (!at) return <span className={deals.more}>{t('beside.noStep')}</span>
  const when = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))
  const late = status === '1'
  return <span className={deals.more}><time dateTime={at} title={times.full(at)} className={late ? deals.late : undefined}>{t(late ? 'beside.lateStep' : 'beside.nextStep', { when })}</time></span>
}
