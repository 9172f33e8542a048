import { useEffect, useRef } from 'react'
import { useLive } from '../live/context'

/** The visitor's side shows typing for 6 s: said again well before that, and ended when the keys rest. */
const AGAIN_AFTER = 3_000
const REST = 4_000

/** Tells the visitor that an answer is being written. Only replies tell: a note is nobody's business. */
export function useTyping(conversation: number) {
  const live = useLive()
  const last = useRef(0)
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined)
  const stop = () => {
    clearTimeout(rest.current)
    if (last.current) live.link.tell('typing', { conversation, on: false })
    last.current = 0
  }
  const press = () => {
    const now = Date.now()
    if (now - last.current > AGAIN_AFTER) {
      last.current = now
      live.link.tell('typing', { conversation, on: true })
    }
    clearTimeout(rest.current)
    rest.current = setTimeout(stop, REST)
  }
  const leave = useRef(stop)
  leave.current = stop
  useEffect(() => () => leave.current(), [conversation])
  return { press, stop }
}
