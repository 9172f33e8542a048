import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { Finder } from '../deals/finder'
import { useLive } from '../live/context'
import { Section } from '../person/person'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { PillRemove } from './belongings'
import { useRefresh } from './names'
import css from './profile.module.css'
import { tellFailed, tellWithUndo } from './undo'

type Named = { id: number; name: string }

/** The companies of a person, each with its page. Beside a conversation (with `contact`) they change where they stand. */
export function CompaniesOf({ companies, contact }: { companies: number[]; contact?: { id: number } }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const [adding, setAdding] = useState(false)
  const found = useQueries({
    queries: companies.map((id) => ({ queryKey: ['company', id], queryFn: () => live.rest<Named>('GET', `companies/${id}`), staleTime: 10_000 })),
    combine: (all) => all.flatMap(({ data }) => data ?? []),
  })
  if (!companies.length && !contact) return null
  const does = (method: 'PUT' | 'DELETE', id: number) => live.rest(method, `companies/${id}/members/${contact?.id}`).then(() => refresh('profile', 'contacts', 'timeline'))
  const failed = (error: unknown) => tellFailed(t, refusal(error, t))
  const leave = ({ id, name }: Named) => void does('DELETE', id).then(() => tellWithUndo(t, t('profile.companyGone', { name }), () => does('PUT', id)), failed)
  return (
    <Section title={t('profile.companies')}>
      <div className={css.pills}>
        {found.map((one) => contact
          ? <span key={one.id} className={css.pill}><Link className={css.pillName} to={`/company/${one.id}`}>{one.name}</Link><PillRemove name={one.name} remove={() => leave(one)} /></span>
          : <Link key={one.id} className={css.companyPill} to={`/company/${one.id}`}>{one.name}</Link>)}
        {contact && !adding && <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>{t('profile.addCompany')}</Button>}
      </div>
      {contact && adding && <Finder of="companies" label={t('profile.addCompany')} without={companies} close={() => setAdding(false)} pick={({ id }) => void does('PUT', id).then(() => setAdding(false), failed)} />}
    </Section>
  )
}
