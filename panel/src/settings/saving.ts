import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLive } from '../live/context'
import { useWords, type Key } from '../words/words'

/** Puts a rule of the settings to the server, shows the one that it answers, and says that it is saved, or that it failed. `tells` is what else shows it. */
export function useSaving<Kept>(path: string, said: Key, tells?: string) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const save = async (rule: object) => {
    setBusy(true)
    setFailed(false)
    try {
      queries.setQueryData([path], await live.rest<Kept>('PUT', path, rule))
      if (tells) void queries.invalidateQueries({ queryKey: [tells] })
      notifications.show({ withBorder: true, message: t(said), closeButtonProps: { 'aria-label': t('close') } })
    } catch {
      setFailed(true)
    } finally {
      setBusy(false)
    }
  }
  return { busy, failed, save }
}
