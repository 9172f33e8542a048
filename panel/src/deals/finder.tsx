import { Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLive } from '../live/context'
import css from '../companies/companies.module.css'
import { Text } from '../people/fields'
import { useWords } from '../words/words'

const OFFERED = 6
const TYPING = 200

/** What is looked for: where it is asked for, and the words of the search. */
export type Sought = 'contacts' | 'companies' | 'products'
export type Found = { id: number; name: string; email?: string | null }

type Props = { of: Sought; label: string; without?: number[]; pick: (one: Found) => void; close?: () => void; make?: (name: string) => void }

/** Looks for a person, a company or a product by its words, and takes the one that is meant. */
export function Finder({ of, label, without = [], pick, close, make }: Props) {
  const { t } = useWords()
  const live = useLive()
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), TYPING)
  const { data } = useQuery({
    queryKey: ['finder', of, asked],
    queryFn: ({ signal }) => live.rest<Record<Sought, Found[]>>('POST', `${of}/find`, { search: asked, limit: 20 }, signal),
    enabled: asked !== '',
    staleTime: 5_000,
    placeholderData: (before) => before,
  })
  const found = asked ? data?.[of].filter(({ id }) => !without.includes(id)).slice(0, OFFERED) : []
  return (
    <div className={css.finder} role="group" aria-label={label} onKeyDown={(event) => {
      if (event.key === 'Enter' && (event.target as Element).matches('input')) event.preventDefault()
      if (event.key !== 'Escape' || !close) return
      event.stopPropagation()
      close()
    }}>
      <span className={css.finderHead}>
        <Text label={label} placeholder={t(`deals.find.${of}`)} value={text} write={setText} autoFocus data-autofocus />
        {close && <Button size="compact-md" h={36} variant="subtle" color="gray" onClick={close}>{t('close')}</Button>}
      </span>
      {asked && (
        <ul className={css.members} aria-label={t('deals.found')}>
          {found?.map((one) => (
            <li key={one.id} className={css.member}>
              <span className={css.memberLink}>
                <span className={css.memberLines}>
                  <span className={css.memberName}>{one.name}</span>
                  {one.email && one.email !== one.name && <span className={css.hint}>{one.email}</span>}
                </span>
              </span>
              <Button size="compact-sm" variant="light" onClick={() => pick(one)} aria-label={t('deals.choose', { name: one.name })}>{t('add')}</Button>
            </li>
          ))}
        </ul>
      )}
      {asked && found?.length === 0 && data && <p className={css.hint} role="status">{t('deals.nothing')}</p>}
      {asked && make && data && !found?.some(({ name }) => name === asked) && <div><Button size="compact-sm" variant="default" onClick={() => make(asked)}>{t('deals.makeProduct', { name: asked })}</Button></div>}
    </div>
  )
}
