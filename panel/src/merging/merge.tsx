import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Dialog } from '../parts/dialog'
import { Late } from '../parts/late'
import fields from '../people/fields.module.css'
import { attributeName, useAttributes, useLists, useRefresh } from '../people/names'
import type { Contact, Profile } from '../people/types'
import { valueText } from '../segments/sentence'
import { fold } from '../theme'
import { useWords } from '../words/words'
import css from './merging.module.css'
import type { Preview } from './types'

type Props = { ids: number[]; close: () => void; merged?: (into: number) => void }

/** Several people side by side, and the one that they would become: shown by the very join that a merge makes. */
export default function Merge({ ids, close, merged }: Props) {
  const { t } = useWords()
  return (
    <Dialog opened onClose={close} size="xl" fullScreen={usePhone()} title={t('merge.title')}>
      <Compare ids={ids} close={close} merged={merged} />
    </Dialog>
  )
}

/** Columns side by side need the whole of a small screen. */
export const usePhone = () => useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false }) ?? false

/** What says nothing about who somebody is, or is shown in its own row. */
const LEFT_OUT = new Set(['updated_at', 'created_at', 'name', 'last_contacted', 'resolution', 'browser_language', 'os_type', 'device', 'browser'])

export function Compare({ ids, close, merged }: Props) {
  const { t, locale } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const attributes = useAttributes()
  const lists = useLists()
  const [first, setFirst] = useState(ids[0]!)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const others = ids.filter((id) => id !== first)
  const profiles = useQueries({ queries: ids.map((id) => ({ queryKey: ['profile', id], queryFn: () => live.rest<Profile>('GET', `contacts/${id}/profile`), staleTime: 2_000 })) })
  const preview = useQuery({ queryKey: ['merge', first, others.join()], queryFn: () => live.rest<Preview>('POST', `contacts/${first}/merge/preview`, { others }), staleTime: 2_000, placeholderData: (before) => before })
  const people = profiles.flatMap(({ data }) => data ?? [])
  const failed = profiles.some(({ isError }) => isError) || preview.isError

  const merge = async () => {
    setBusy(true)
    setError('')
    try {
      const made = await live.rest<Contact>('POST', `contacts/${first}/merge`, { others })
      refresh('contacts', 'count', 'names', 'profile', 'timeline', 'duplicates', 'explain')
      notifications.show({ id: `merged-${first}`, withBorder: true, message: t('merge.done', { name: made.name }), closeButtonProps: { 'aria-label': t('close') } })
      close()
      merged?.(first)
    } catch (problem) {
      setError(problem instanceof RestError && problem.status ? problem.message : t('failed.action'))
      setBusy(false)
    }
  }
  if (failed) return <p className={css.error} role="alert">{t('merge.failed')}</p>
  if (people.length < ids.length || !preview.data || !attributes) return <Late><p role="status">{t('loading')}</p></Late>

  const result = preview.data
  const text = (value: unknown, type: Parameters<typeof valueText>[3]) => valueText(value, t, locale, type) || '–'
  const known = attributes.filter(({ std }) => !LEFT_OUT.has(std) && people.some(({ values }) => values[std] !== undefined && values[std] !== null))
  const names = (contact: Contact) => contact.lists.map((id) => lists?.find((one) => one.id === id)?.name ?? `#${id}`).join(', ') || '–'
  return (
    <div className={css.compare}>
      <p>{t('merge.what')}</p>
      <div className={css.tableBox} tabIndex={0} role="region" aria-label={t('merge.compared')}>
        <table className={css.table}>
          <thead>
            <tr>
              <td />
              {people.map(({ contact }) => (
                <th key={contact.id} scope="col">
                  <label className={css.stays}>
                    <input type="radio" name="stays" className={fields.check} checked={first === contact.id} onChange={() => setFirst(contact.id)} aria-label={t('merge.keep', { name: contact.name, id: contact.id })} />
                    <span>{contact.name}<span className={css.hint}>#{contact.id}{first === contact.id && <span className={css.first}> · {t('merge.first')}</span>}</span></span>
                  </label>
                </th>
              ))}
              <th scope="col" className={css.becomes}>{t('merge.becomes')}</th>
            </tr>
          </thead>
          <tbody>
            {known.map((attribute) => {
              const becomes = text(result.values[attribute.std], attribute.type)
              return (
                <Row key={attribute.std} name={attributeName(attribute, t)} cells={people.map(({ values }) => text(values[attribute.std], attribute.type))} becomes={becomes} />
              )
            })}
            <Row name={t('profile.tags')} cells={people.map(({ contact }) => contact.tags.join(', ') || '–')} becomes={result.contact.tags.join(', ') || '–'} />
            <Row name={t('profile.lists')} cells={people.map(({ contact }) => names(contact))} becomes={names(result.contact)} />
          </tbody>
        </table>
      </div>
      {result.also.length > 0 && <p className={css.hint}>{t('merge.also', { values: result.also.join(', ') })}</p>}
      <p className={css.hint}>{t('merge.forever')}</p>
      {error && <p className={css.error} role="alert">{error}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={close}>{t('cancel')}</Button>
        <Button color="red" loading={busy} onClick={() => void merge()}>{t('merge.do', { n: ids.length })}</Button>
      </div>
    </div>
  )
}

function Row({ name, cells, becomes }: { name: string; cells: string[]; becomes: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {cells.map((cell, place) => <td key={place} data-lost={(cell !== '–' && cell !== becomes && !becomes.includes(cell)) || undefined}>{cell}</td>)}
      <td className={css.becomes}>{becomes}</td>
    </tr>
  )
}
