import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { useLive } from '../live/context'
import { useWords } from '../words/words'
import { script } from './early'
import css from './installed.module.css'

/** A panel that stays open for days looks for a new version so often, and whenever the link is back: the server may have been replaced. */
const LOOK_EVERY = 30 * 60_000

/** Says that there is a newer version as soon as the service worker keeps it; when to change to it is up to the person. */
export function useNewVersion(): void {
  const { t } = useWords()
  const live = useLive()
  useEffect(() => {
    const workers = navigator.serviceWorker
    if (!workers) return
    const ask = () => workers.controller?.postMessage({ started: script })
    const hear = ({ data }: MessageEvent<{ current?: boolean }>) => {
      if (data?.current !== false) return
      notifications.show({
        id: 'new-version', autoClose: false, withBorder: true, closeButtonProps: { 'aria-label': t('close') },
        message: <span className={css.notice}>{t('update.ready')} <Button size="compact-sm" variant="light" onClick={() => location.reload()}>{t('update.reload')}</Button></span>,
      })
    }
    const look = () => void workers.getRegistration('/panel/').then((registration) => registration?.update()).catch(() => {})
    workers.addEventListener('controllerchange', ask)
    workers.addEventListener('message', hear)
    const deaf = live.hear({ back: look })
    const timer = setInterval(look, LOOK_EVERY)
    ask()
    return () => {
      workers.removeEventListener('controllerchange', ask)
      workers.removeEventListener('message', hear)
      clearInterval(timer)
      deaf()
    }
  }, [live, t])
}
