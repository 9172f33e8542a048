import { ActionIcon, Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconPlus, IconUserMinus } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { useFact, useLive } from '../live/context'
import { Face } from '../parts/face'
import { Text } from '../people/fields'
import { useRefresh } from '../people/names'
import profile from '../people/profile.module.css'
import type { ContactPage } from '../people/types'
import { tellFailed, tellWithUndo } from '../people/undo'
import { Section } from '../person/person'
import { useWords } from '../words/words'
import css from './companies.module.css'
import type { Company, Member } from './types'

const PAGE = 50
const OFFERED = 6
const TYPING = 200

/** Who belongs to a company; somebody is found and added, or taken out, where they stand. */
export function Members({ company }: { company: Company }) {
  const { t, locale } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const online = useFact((state) => state.phase === 'online')
  const [adding, setAdding] = useState(false)
  const query = useInfiniteQuery({
    queryKey: ['members', company.id],
    queryFn: ({ pageParam }) => live.rest<{ contacts: Member[]; cursor: string | null }>('GET', `companies/${company.id}/members?limit=${PAGE}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor ?? undefined,
    enabled: online,
    staleTime: 5_000,
  })
  const members = query.data?.pages.flatMap((page) => page.contacts) ?? []
  const does = async (method: 'PUT' | 'DELETE', contact: number) => {
    await live.rest(method, `companies/${company.id}/members/${contact}`)
    refresh('members', 'company', 'companies', 'profile', 'contacts')
  }
  const remove = ({ id, name }: Member) => does('DELETE', id)
    .then(() => tellWithUndo(t, t('members.removed', { name, company: company.name }), () => does('PUT', id)), () => tellFailed(t))
  return (
    <Section title={t('members.title', { n: company.members, shown: new Intl.NumberFormat(locale).format(company.members) })}>
      {query.isError && !query.data && <p className={profile.none} role="alert">{t('members.failed')}</p>}
      {query.data && members.length === 0 && <p className={profile.none}>{t('members.none')}</p>}
      {members.length > 0 && (
        <ul className={css.members} aria-label={t('members.label')}>
          {members.map((one) => (
            <li key={one.id} className={css.member}>
              <Link className={css.memberLink} to={`/person/${one.id}`}><Face id={one.id} name={one.name} size="small" /><Lines one={one} /></Link>
              <ActionIcon onClick={() => void remove(one)} aria-label={t('members.remove', { name: one.name })} title={t('members.remove', { name: one.name })}><IconUserMinus size={16} /></ActionIcon>
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && <button type="button" className={profile.more} disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('list.more')}</button>}
      {adding
        ? <Finder members={members} close={() => setAdding(false)} add={(id) => void does('PUT', id).catch(() => tellFailed(t))} />
        : <div><Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>{t('members.add')}</Button></div>}
    </Section>
  )
}

function Lines({ one }: { one: Member }) {
  return (
    <span className={css.memberLines}>
      <span className={css.memberName}>{one.name}</span>
      {one.email && one.email !== one.name && <span className={css.hint}>{one.email}</span>}
    </span>
  )
}

/** Looks for people by name, mail or phone, and adds the one that is meant. */
function Finder({ members, add, close }: { members: Member[]; add: (id: number) => void; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), TYPING)
  const { data } = useQuery({
    queryKey: ['finder', asked],
    queryFn: ({ signal }) => live.rest<ContactPage>('POST', 'contacts/find', { search: asked, limit: 20 }, signal),
    enabled: asked !== '',
    staleTime: 5_000,
    placeholderData: (before) => before,
  })
  const found = asked ? data?.contacts.filter(({ id }) => !members.some((one) => one.id === id)).slice(0, OFFERED) : []
  return (
    <div className={css.finder} role="group" aria-label={t('members.add')} onKeyDown={(event) => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      close()
    }}>
      <span className={css.finderHead}>
        <Text label={t('people.search')} placeholder={t('people.searchHint')} value={text} write={setText} autoFocus />
        <Button size="compact-md" h={36} variant="subtle" color="gray" onClick={close}>{t('close')}</Button>
      </span>
      <ul className={css.members} aria-label={t('members.found')}>
        {found?.map((one) => (
          <li key={one.id} className={css.member}>
            <span className={css.memberLink}><Face id={one.id} name={one.name} size="small" /><Lines one={one} /></span>
            <Button size="compact-sm" variant="light" onClick={() => add(one.id)} aria-label={t('members.addName', { name: one.name })}>{t('add')}</Button>
          </li>
        ))}
      </ul>
      {asked && found?.length === 0 && data && <p className={css.hint} role="status">{t('members.nobody')}</p>}
    </div>
  )
}
