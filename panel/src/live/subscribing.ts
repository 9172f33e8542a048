import { rest } from './rest'

/** The server's public key, as the browser wants it: bytes. */
function bytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, '+').replace(/_/g, '/').padEnd(Math.ceil(key.length / 4) * 4, '='))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

const same = (one: ArrayBuffer | null, other: Uint8Array): boolean => {
  const bytes = one ? new Uint8Array(one) : undefined
  return bytes?.length === other.length && other.every((byte, index) => byte === bytes[index])
}

/**
 * Makes this browser's place for pushes (or keeps the one that is there) and tells the server of it, in the name of
 * whoever the token is of. The answer is the server's id of it. Raises RestError, and DOMException where the browser refuses.
 */
export async function enrol(registration: ServiceWorkerRegistration, token: string): Promise<number | undefined> {
  const { public_key } = await rest<{ public_key: string }>(token, 'GET', 'push')
  const key = bytes(public_key)
  let subscription = await registration.pushManager.getSubscription()
  // Made for another key (the server was set up anew): pushes to it would be refused.
  if (subscription && !same(subscription.options.applicationServerKey, key)) {
    await subscription.unsubscribe()
    subscription = null
  }
  subscription ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  return (await rest<{ id?: number } | undefined>(token, 'POST', 'push/devices', { ...subscription.toJSON(), user_agent: navigator.userAgent }))?.id
}
