import type { PushTried } from '../live/api-types'
import type { Live } from '../live/live'
import { pushState } from '../frame/push'

/** The link of the chain that broke, in the order in which they follow; `done` where the message came back. */
export type Found = {
  step: 'unsupported' | 'install' | 'permission' | 'asked' | 'worker' | 'subscription' | 'server' | 'unknown' | 'gone' | 'refused' | 'away' | 'silent' | 'done'
  said: string
}

/** Milliseconds in which a push message comes, or does not. */
const PATIENCE = 15_000

/**
 * Sends a push message to this browser and waits until its service worker has shown it. What a push service took is not
 * enough: it may never arrive, and one that can't be decrypted is dropped without a word.
 */
export async function testPush(live: Live, title: string, body: string): Promise<Found> {
  const state = await pushState()
  if (state === 'unsupported' || state === 'install') return { step: state, said: '' }
  if (Notification.permission !== 'granted') return { step: Notification.permission === 'denied' ? 'permission' : 'asked', said: '' }
  const registration = await navigator.serviceWorker.getRegistration('/panel/')
  if (!registration?.active) return { step: 'worker', said: '' }
  const subscription = await registration.pushManager.getSubscription()
  if (!subscription) return { step: 'subscription', said: '' }
  const test = crypto.randomUUID()
  const coming = arrival(test)
  try {
    const { result, said } = await live.rest<PushTried>('POST', 'push/try', { endpoint: subscription.endpoint, test, title, body })
    if (result !== 'sent') return { step: result, said }
    return { step: (await coming.came) ? 'done' : 'silent', said: '' }
  } catch {
    return { step: 'server', said: '' }
  } finally {
    coming.stop()
  }
}

/** Listens for what the service worker says when it shows a test message. */
function arrival(test: string): { came: Promise<boolean>; stop: () => void } {
  let stop = (): void => {}
  const came = new Promise<boolean>((resolve) => {
    const hear = ({ data }: MessageEvent<{ type?: string; test?: string }>) => {
      if (data?.type === 'push-test' && data.test === test) resolve(true)
    }
    const timer = setTimeout(() => resolve(false), PATIENCE)
    navigator.serviceWorker.addEventListener('message', hear)
    stop = () => {
      clearTimeout(timer)
      navigator.serviceWorker.removeEventListener('message', hear)
    }
  })
  return { came, stop }
}
