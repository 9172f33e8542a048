import { heldUntil } from '../shared/stream'
import type { Socket } from './socket'
import { UNBORN, type Thread } from './threads'

/** A burst of messages is one receipt. */
const PAUSE = 250

/**
 * Tells the server how far this browser received, and how far the visitor read. Read means: the window is open and
 * the page is in view. What did not reach the server is taken back here, so that the next look tells it again.
 */
export function createReceipts(socket: () => Socket, threads: () => Thread[], isReading: () => boolean, changed: () => void) {
  let timer = 0

  function tell(): void {
    const kind = isReading() ? 'read' : 'delivered'
    for (const thread of threads()) {
      const { conversation, stream, from } = thread
      const position = heldUntil(stream, from)
      const before = conversation[kind].contact
      if (!stream.items.length || position <= Math.max(before, conversation.read.contact)) continue
      conversation[kind].contact = position
      changed()
      if (conversation.id > UNBORN) continue
      socket().send(`conversation.${kind}`, { conversation: conversation.id, position }).catch(() => {
        thread.conversation[kind].contact = before
      })
    }
  }

  return {
    tell,
    tellSoon(): void {
      clearTimeout(timer)
      timer = setTimeout(tell, PAUSE)
    },
  }
}
