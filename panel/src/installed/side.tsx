import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { noticesOn, useNotices, usePermission } from '../frame/notices'
import { leavePush, syncPush } from '../frame/push'
import { useFact, useLive } from '../live/context'
import { put } from '../live/database'
import { useWords } from '../words/words'
import { useDraftsKept } from './drafts-kept'
import { InstallOffer } from './install'
import { useLooking } from './looking'
import { useNewVersion } from './new-version'
import { useUnreadKept } from './unread'
import { useKeyboardRoom } from './viewport'
import { isInstalled } from './way'

/** What makes the panel an app, beside everything that one sees: loaded when the first screen stands. */
export default function Installed() {
  useNewVersion()
  useUnreadKept()
  useLooking()
  useKeyboardRoom()
  useLaunches()
  useNotificationClicks()
  useOutboxOfWorker()
  useDraftsKept()
  usePushes()
  useLanguageKept()
  // What waits to be sent must not be cleared away when the disk is full.
  useEffect(() => {
    if (isInstalled()) void navigator.storage?.persist?.()
  }, [])
  return <InstallOffer />
}

type Launches = { setConsumer(hear: (launch: { targetURL?: string }) => void): void }

/** A shortcut, or a link that the system gives to the app, brings this window to the front: it goes there without a reload. */
function useLaunches(): void {
  const navigate = useNavigate()
  useEffect(() => {
    const queue = (window as { launchQueue?: Launches }).launchQueue
    queue?.setConsumer(({ targetURL }) => {
      const path = targetURL && new URL(targetURL).pathname
      // The bare start only brings the window to the front, with what is open in it.
      if (path?.startsWith('/panel/') && path !== '/panel/' && path !== location.pathname) void navigate(path.slice('/panel'.length))
    })
    return () => queue?.setConsumer(() => {})
  }, [navigate])
}

/** The service worker says where a clicked notification leads. */
function useNotificationClicks(): void {
  const navigate = useNavigate()
  useEffect(() => {
    const go = ({ data, ports }: MessageEvent<{ go?: string }>) => {
      if (!data?.go?.startsWith('/panel/')) return
      void navigate(data.go.slice('/panel'.length))
      ports[0]?.postMessage('gone')
    }
    navigator.serviceWorker?.addEventListener('message', go)
    return () => navigator.serviceWorker?.removeEventListener('message', go)
  }, [navigate])
}

/** An answer from a notification that could not be sent stands in the outbox, and is sent or shown from there. */
function useOutboxOfWorker(): void {
  const { outbox } = useLive()
  useEffect(() => {
    const hear = ({ data }: MessageEvent<{ type?: string }>) => {
      if (data?.type === 'outbox') void outbox.load().then(() => outbox.flush())
    }
    navigator.serviceWorker?.addEventListener('message', hear)
    return () => navigator.serviceWorker?.removeEventListener('message', hear)
  }, [outbox])
}

/** Notifications that are allowed and switched on come by push too, while the panel is closed. */
function usePushes(): void {
  const live = useLive()
  const online = useFact(({ phase }) => phase === 'online')
  const [permission] = usePermission()
  const [on] = useNotices()
  useEffect(() => {
    if (online && permission === 'granted') void (noticesOn() ? syncPush(live.token) : leavePush(live.token)).catch(() => {})
  }, [live, online, permission, on])
}

/** Notifications are written in the language of the panel. */
function useLanguageKept(): void {
  const { language } = useWords()
  useEffect(() => {
    void put('kept', 'language', language).catch(() => {})
    const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]')
    if (link) link.href = `/panel/manifest${language === 'en' ? '' : `.${language}`}.webmanifest`
  }, [language])
}
