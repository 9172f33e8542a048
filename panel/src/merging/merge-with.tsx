import { Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { Face } from '../parts/face'
import { Text } from '../people/fields'
import type { ContactPage } from '../people/types'
import { useWords } from '../words/words'
import { Compare, usePhone } from './merge'
import css from './merging.module.css'
import type { Groups, Reason, Someone } from './types'

const OFFERED = 6
const TYPING = 200

/** Whom to merge somebody with: those who are likely the same person first, and anybody by name. */
export default function MergeWith({ contact, close, merged }: { contact: Someone; close: () => void; merged: (into: number) => void }) {
  const { t } = useWords()
  const live = useLive()
  const phone = usePhone()
  const [chosen, setChosen] = useState<number>()
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), TYPING)
  const { data: likely } = useQuery({ queryKey: ['duplicates', contact.id], queryFn: () => live.rest<Groups>('GET', `contacts/${contact.id}/duplicates`), staleTime: 5_000 })
  const { data: searched } = useQuery({
    queryKey: ['finder', asked],
    queryFn: ({ signal }) => live.rest<ContactPage>('POST', 'contacts/find', { search: asked, limit: 20 }, signal),
    enabled: asked !== '',
    placeholderData: (before) => before,
  })
  const twins = new Map<number, { one: Someone; reasons: Reason[] }>()
  for (const { reason, contacts } of likely?.groups ?? []) {
    for (const one of contacts) {
      if (one.id !== contact.id) twins.set(one.id, { one, reasons: [...(twins.get(one.id)?.reasons ?? []), reason] })
    }
  }
  const others = asked ? searched?.contacts.filter(({ id }) => id !== contact.id).slice(0, OFFERED).map((one) => ({ one, reasons: twins.get(one.id)?.reasons ?? [] })) : [...twins.values()]
  return (
    <Dialog opened onClose={close} size={chosen ? 'xl' : 'md'} fullScreen={phone && chosen !== undefined} title={chosen ? t('merge.title') : t('merge.with', { name: contact.name })}>
      {chosen ? <Compare ids={[contact.id, chosen]} close={close} merged={merged} /> : (
        <div className={css.compare}>
          <Text label={t('people.search')} placeholder={t('people.searchHint')} value={text} write={setText} data-autofocus className={css.search} />
          {!asked && likely && <p className={css.hint}>{t(twins.size ? 'merge.likely' : 'merge.noLikely')}</p>}
          {asked && others?.length === 0 && <p className={css.hint} role="status">{t('merge.nobody')}</p>}
          <ul className={css.people} aria-label={t('merge.candidates')}>
            {others?.map(({ one, reasons }) => (
              <li key={one.id} className={css.person}>
                <Face id={one.id} name={one.name} size="small" />
                <span className={css.lines}>
                  <span className={css.name}>{one.name}</span>
                  <span className={css.hint}>{[one.email, ...reasons.map((reason) => t(`duplicate.${reason}`))].filter(Boolean).join(' · ') || `#${one.id}`}</span>
                </span>
                <Button size="compact-sm" variant="light" onClick={() => setChosen(one.id)} aria-label={t('merge.compareName', { name: one.name })}>{t('merge.compare')}</Button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Dialog>
  )
}
