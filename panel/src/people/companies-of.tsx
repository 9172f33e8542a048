import { useQueries } from '@tanstack/react-query'
import { Link } from 'react-router'
import { useLive } from '../live/context'
import { Section } from '../person/person'
import { useWords } from '../words/words'
import css from './profile.module.css'

type Named = { id: number; name: string }

/** The companies of a person, each with its page. */
export function CompaniesOf({ companies }: { companies: number[] }) {
  const { t } = useWords()
  const live = useLive()
  const found = useQueries({
    queries: companies.map((id) => ({ queryKey: ['company', id], queryFn: () => live.rest<Named>('GET', `companies/${id}`), staleTime: 10_000 })),
    combine: (all) => all.flatMap(({ data }) => data ?? []),
  })
  if (!companies.length) return null
  return (
    <Section title={t('profile.companies')}>
      <div className={css.pills}>
        {found.map(({ id, name }) => <Link key={id} className={css.companyPill} to={`/company/${id}`}>{name}</Link>)}
      </div>
    </Section>
  )
}
