import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { OwnNumbers as Own } from '../live/api-types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { spaced, usePhoneChanged } from './phone-data'
import own from './phone.module.css'
import css from './settings.module.css'

/** Numbers that the account has already: one that is taken over leads here from now on. */
export function OwnNumbers({ title, close }: { title: string; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const changed = usePhoneChanged()
  const [busy, setBusy] = useState('')
  const [refused, setRefused] = useState('')
  const key = ['phone-account', 'numbers']
  const { data, error } = useQuery({ queryKey: key, queryFn: ({ signal }) => live.rest<Own>('GET', 'phone-account/numbers', undefined, signal), retry: false, gcTime: 0 })
  const take = async (phone: string) => {
    setBusy(phone)
    setRefused('')
    try {
      await live.rest('POST', 'phone-numbers/take', { phone })
      await Promise.all([changed(), queries.invalidateQueries({ queryKey: key })])
    } catch (failure) {
      setRefused(refusal(failure, t))
    }
    setBusy('')
  }
  const wrong = refused || (error ? refusal(error, t) : '')
  return (
    <Dialog opened onClose={close} title={t('phone.ownTitle', { title })}>
      <div className={css.form}>
        <p className={css.note}>{t('phone.ownWhy')}</p>
        {!data && !error && <p className={css.note} role="status">{t('loading')}</p>}
        {data?.numbers.length === 0 && <p role="status">{t('phone.ownNone', { title })}</p>}
        {data && data.numbers.length > 0 && (
          <ul className={css.rows}>
            {data.numbers.map(({ number }) => (
              <li key={number} className={css.row}>
                <strong className={`${css.lines} ${own.number}`}>{spaced(number)}</strong>
                <Button size="compact-md" variant="default" loading={busy === number} disabled={busy !== ''} onClick={() => void take(number)} aria-label={t('phone.takeOf', { number: spaced(number) })}>{t('phone.take')}</Button>
              </li>
            ))}
          </ul>
        )}
        {wrong && <p role="alert" className={own.bad}>{wrong}</p>}
        <div className={css.foot}><Button variant="default" onClick={close} data-autofocus>{t('close')}</Button></div>
      </div>
    </Dialog>
  )
}
