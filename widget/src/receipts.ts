import type { Socket } from './socket'
import type { Thread } from './threads'
import { heldUntil } from '../shared/stream'

/** A burst of messages is one receipt. */
const PAUSE = 250

/**
 * Tells the server how far this browser received, and how far the visitor read. Read means: the window is open and
 * the page is in view. Both only go forward, so a lost receipt is made good by the next.
 */
export function createReceipts(socket: () => Socket, threads: () => Thread[], isReading: () => boolean, changed: () => void) {
  let timer = 0

  function tell(): void {
    for (const { conversation, stream, from } of threads()) {
      const position = heldUntil(stream, from)
      if (!stream.items.length) continue
      if (isReading() && position > conversation.read.contact) {
        conversation.read.contact = conversation.delivered.contact = position
        conversation.unread = 0
        send('conversation.read', conversation.id, position)
        changed()
      } else if (position > conversation.delivered.contact) {
        conversation.delivered.contact = position
        send('conversation.delivered', conversation.id, position)
      }
    }
  }

  function send(name: 'conversation.read' | 'conversation.delivered', conversation: number, position: number): void {
    socket().send(name, { conversation, position }).catch(() => {
      // The state that comes with the next connection shows that it is missing.
    })
  }

  return (): void => {
    clearTimeout(timer)
    timer = setTimeout(tell, PAUSE)
  }
}
