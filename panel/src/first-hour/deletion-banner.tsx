import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import css from '../settings/application.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'

/** Over everything, for every agent: the application goes, on which day, and that it can be kept. */
export default function DeletionBanner() {
  const { t, locale } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const application = useFact((state) => state.session?.application)
  const may = useMay('application.manage')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  if (!application?.deletion) return null
  const keep = async () => {
    setBusy(true)
    try {
      queries.setQueryData(['application'], await live.rest('DELETE', 'application/deletion'))
    } catch (error) {
      setRefused(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  const { at, by } = application.deletion
  return (
    <div className={css.banner} role="alert">
      <IconAlertTriangle size={18} aria-hidden="true" />
      <span><strong>{t('application.going', { name: application.name, when: new Date(at).toLocaleString(locale, { dateStyle: 'long', timeStyle: 'short' }) })}</strong> {refused || t('application.goingBy', { by })}</span>
      {may && <Button size="compact-md" loading={busy} onClick={() => void keep()}>{t('application.keep')}</Button>}
    </div>
  )
}
