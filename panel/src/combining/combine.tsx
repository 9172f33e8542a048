import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Conversation } from '@shared/types'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLive } from '../live/context'
import { newestFirst } from '../live/views'
import { Dialog } from '../parts/dialog'
import { Late } from '../parts/late'
import { useNow, useTimes } from '../words/times'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './combining.module.css'

/** Which other conversation of the person becomes a part of this one. */
export default function Combine({ conversation: { id, contact }, close }: { conversation: Conversation; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const times = useTimes()
  const now = useNow()
  const [busy, setBusy] = useState<number>()
  const [failed, setFailed] = useState('')
  const { data, isError } = useQuery({ queryKey: ['conversations of', contact.id, id], queryFn: () => live.link.ask('contact.open', { contact: contact.id }), gcTime: 0 })
  const others = data?.conversations.filter((one) => one.id !== id && !one.merged_into).sort(newestFirst)
  const merge = async (other: number) => {
    setBusy(other)
    setFailed('')
    try {
      await live.rest('POST', `conversations/${id}/merge`, { other })
      notifications.show({ withBorder: true, message: t('combine.done'), closeButtonProps: { 'aria-label': t('close') } })
      close()
    } catch (error) {
      setFailed(refusal(error, t))
      setBusy(undefined)
    }
  }
  return (
    <Dialog opened onClose={close} title={t('combine.title')}>
      <div className={css.parts}>
        <p className={css.why}>{t('combine.why', { name: contact.name })}</p>
        {isError && <p className={css.failed} role="alert">{t('failed.action')}</p>}
        {!others && !isError && <Late><p className={css.why}>{t('loading')}</p></Late>}
        {others?.length === 0 && <p>{t('combine.none', { name: contact.name })}</p>}
        {others && others.length > 0 && (
          <ul className={css.list}>
            {others.map((one) => (
              <li key={one.id} className={css.row}>
                <span className={css.lines}>
                  <span className={css.words}>{one.last?.text || t('list.nothing')}</span>
                  <span className={css.why}>{t(one.status === 'closed' ? 'status.closed' : 'combine.open')} · {times.ago(one.updated_at, now)}</span>
                </span>
                <Button variant="default" size="compact-md" loading={busy === one.id} disabled={busy !== undefined && busy !== one.id} onClick={() => void merge(one.id)} aria-label={t('combine.this', { text: one.last?.text.slice(0, 40) ?? String(one.id) })}>{t('combine.merge')}</Button>
              </li>
            ))}
          </ul>
        )}
        {failed && <p className={css.failed} role="alert">{failed}</p>}
      </div>
    </Dialog>
  )
}
