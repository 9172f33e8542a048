import { all, put, remove } from '../live/database'
import { rest, RestError } from '../live/rest'
import { RANKS, type Outgoing, type OutgoingFile } from '../live/state'
import { kept, ownerOf } from '../sign-in/sign-in'
import { panelWindows, worker } from './self'
import { words } from './words'

/** The name of the browser's promise to wake us when the network is back. */
export const OUTBOX = 'outbox'

/** A network that is away, a server that starts, too much at once: the same call is good later. */
export const isPassing = (error: unknown): boolean => error instanceof RestError && (error.status === 0 || error.status === 429 || error.status >= 500)

/**
 * Sends what was written and could not go out, in its order, each under the client id that it was written with: the
 * server stores it once, whoever else sends it too. Rejects while the network is away, and the browser calls again.
 */
export async function sendWaiting(): Promise<void> {
  // A panel that somebody looks at sends by its own link, and shows how it goes.
  if ((await panelWindows()).some((window) => window.visibilityState === 'visible')) return
  const who = await kept()
  if (!who) return
  const mine = (await all<Outgoing>('outbox')).filter(({ owner, state }) => owner === ownerOf(who) && state === 'waiting')
  mine.sort((a, b) => (a.at < b.at ? -1 : 1))
  const refused = []
  for (const outgoing of mine) {
    try {
      await deliver(who.token, outgoing)
      await remove('outbox', outgoing.client_id)
    } catch (error) {
      if (!(error instanceof RestError) || isPassing(error)) throw error
      // Signed out meanwhile: it waits until the same person is back.
      if (error.status === 401) return
      await put('outbox', outgoing.client_id, failed(outgoing, error))
      refused.push(outgoing)
    }
  }
  if (refused[0]) await sayUnsent(refused[0].conversation)
}

/** The same, marked as refused, as the panel shows it with its two ways on. */
export const failed = (outgoing: Outgoing, error: RestError): Outgoing => ({
  ...outgoing, state: 'failed', error: { code: error.code as never, message: error.message, retryable: false },
})

/** Does over REST what the panel's outbox does over its socket. Raises RestError. */
export async function deliver(token: string, outgoing: Outgoing): Promise<void> {
  const { kind, conversation, client_id, text, form, size, buttons, picture, reply_to, to = null } = outgoing
  const at = `conversations/${conversation}`
  switch (kind) {
    case 'close': case 'reopen': case 'pending': return rest(token, 'POST', `${at}/${kind}`)
    case 'assign': return rest(token, 'PUT', `${at}/assignee`, { agent: to })
    case 'snooze': return rest(token, 'POST', `${at}/snooze`, { until: to })
    case 'priority': return rest(token, 'PUT', `${at}/priority`, { priority: to ? RANKS[to - 1] : null })
    case 'label': case 'unlabel': return rest(token, 'POST', `${at}/labels`, kind === 'label' ? { add: [to] } : { remove: [to] })
    case 'group': return rest(token, 'PUT', `${at}/group`, { group: to })
    case 'note': return rest(token, 'POST', `${at}/notes`, { client_id, text })
    case 'message': {
      const attachments = await uploaded(token, outgoing)
      const large = picture && attachments[outgoing.files.findIndex(({ type }) => type.startsWith('image/'))]
      return rest(token, 'POST', `${at}/messages`, { client_id, text, size, buttons, ...(large ? { picture: large } : {}), ...(form ? { form } : {}), ...(reply_to ? { reply_to } : {}), ...(attachments.length ? { attachments } : {}) })
    }
  }
}

/** The ids of its files; those that are not with the server yet are brought there, and noted so that it happens once. */
async function uploaded(token: string, outgoing: Outgoing): Promise<number[]> {
  const files: OutgoingFile[] = [...outgoing.files]
  for (const [index, file] of files.entries()) {
    if (file.id !== undefined) continue
    const { id, url } = await rest<{ id: number; url: string }>(token, 'POST', 'attachments', { name: file.name, size: file.size, type: file.type })
    const response = await fetch(url, { method: 'PUT', headers: { 'Content-Type': file.type }, body: file.blob }).catch(() => undefined)
    if (!response?.ok) throw new RestError(response?.status ?? 0, 'unreachable', '')
    files[index] = { ...file, id }
    await put('outbox', outgoing.client_id, { ...outgoing, files: [...files] })
  }
  return files.map(({ id }) => id!)
}

async function sayUnsent(conversation: number): Promise<void> {
  const t = await words()
  await worker.registration.showNotification(t('push.unsent'), {
    body: t('push.unsentMore'), tag: 'unsent', icon: '/panel/icon-192.png', badge: '/panel/badge.png',
    data: { path: `/panel/inbox/open/${conversation}` },
  }).catch(() => {})
}
