import { Activities } from '../deals/activities'
import { DealList } from '../deals/deal-list'
import deals from '../deals/deals.module.css'
import { Notes } from '../deals/notes'
import type { Deal } from '../deals/types'
import { useTimes } from '../words/times'
import { useWords } from '../words/words'
import type { Deed } from './doing'

type Props = { contact: { id: number; name: string }; conversation: number; act: (deed: Deed) => void }

/** Deals with their next step, what is planned with this person, and what the team wrote down about them. */
export function Sales({ contact, conversation, act }: Props) {
  return (
    <>
      <DealList whose={`contact=${contact.id}`} more={(deal) => deal.status === 'in_progress' && <Next deal={deal} />} add={() => act('deal')} />
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
