import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLive } from '../live/context'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import css from './settings.module.css'

const KEY = ['transcripts']

/** Whether visitors may take their conversation along. */
export function TranscriptSetting() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [failed, setFailed] = useState(false)
  const { data } = useQuery({ queryKey: KEY, queryFn: () => live.rest<{ on: boolean }>('GET', 'transcripts'), staleTime: 10_000 })
  const set = async (on: boolean) => {
    setFailed(false)
    queries.setQueryData(KEY, { on })
    try {
      await live.rest('PUT', 'transcripts', { on })
      notifications.show({ withBorder: true, message: t('transcripts.saved'), closeButtonProps: { 'aria-label': t('close') } })
    } catch {
      queries.setQueryData(KEY, data)
      setFailed(true)
    }
  }
  if (!data) return null
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('transcripts.title')}</h3>
      <p className={css.note}>{t('transcripts.why')}</p>
      <label className={own.rule}>
        <input type="checkbox" className={own.check} checked={data.on} onChange={(event) => void set(event.currentTarget.checked)} />
        <span>{t('transcripts.on')}</span>
      </label>
      {failed && <p className={own.error} role="alert">{t('failed.action')}</p>}
    </section>
  )
}
