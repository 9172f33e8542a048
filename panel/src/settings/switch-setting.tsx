import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLive } from '../live/context'
import { useWords, type Key } from '../words/words'
import own from './privacy.module.css'
import css from './settings.module.css'

type Props = {
  /** Where the server keeps it. */
  path: string
  title: Key
  why: Key
  /** What is chosen. */
  on: Key
  saved: Key
}

/** Something that an application has or has not: told in a sentence, set by a press. */
export function SwitchSetting({ path, ...words }: Props) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [failed, setFailed] = useState(false)
  const key = [path]
  const { data } = useQuery({ queryKey: key, queryFn: () => live.rest<{ on: boolean }>('GET', path), staleTime: 10_000 })
  const set = async (on: boolean) => {
    setFailed(false)
    queries.setQueryData(key, { on })
    try {
      await live.rest('PUT', path, { on })
      notifications.show({ withBorder: true, message: t(words.saved), closeButtonProps: { 'aria-label': t('close') } })
    } catch {
      queries.setQueryData(key, data)
      setFailed(true)
    }
  }
  if (!data) return null
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t(words.title)}</h3>
      <p className={css.note}>{t(words.why)}</p>
      <label className={own.rule}>
        <input type="checkbox" className={own.check} checked={data.on} onChange={(event) => void set(event.currentTarget.checked)} />
        <span>{t(words.on)}</span>
      </label>
      {failed && <p className={own.error} role="alert">{t('failed.action')}</p>}
    </section>
  )
}
