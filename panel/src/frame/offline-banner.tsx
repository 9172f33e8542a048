import { IconCloudOff } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useFact } from '../live/context'
import { useWords } from '../words/words'
import css from './frame.module.css'

/** A restart of the server or a hop between networks takes less: nobody needs to hear of it. */
const AFTER = 1_500

export function OfflineBanner() {
  const { t } = useWords()
  const offline = useFact((state) => state.phase === 'offline')
  const waiting = useFact((state) => state.outbox.filter(({ state, kind }) => state === 'waiting' && (kind === 'message' || kind === 'note')).length)
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (!offline) return setShown(false)
    const timer = setTimeout(() => setShown(true), AFTER)
    return () => clearTimeout(timer)
  }, [offline])
  return (
    <div role="status">
      {shown && (
        <div className={css.banner}>
          <IconCloudOff size={18} aria-hidden="true" />
          <span>{t('offline.banner')} {waiting > 0 && t('offline.waiting', { n: waiting })}</span>
        </div>
      )}
    </div>
  )
}
