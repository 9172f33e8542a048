import { Navigate } from 'react-router'
import { useLive } from '../live/context'
import type { View } from '../live/views'
import { keep, key } from './drafts'

/** From a part to the conversation that it is read with: old links and open windows lead on, and what was being written goes along. */
export default function Onward({ from, to, view }: { from: number; to: number; view: View }) {
  takeDrafts(useLive().owner, from, to)
  return <Navigate to={`/inbox/${view}/${to}`} replace />
}

/** What was being written beside one conversation is being written beside another one from now on. */
function takeDrafts(owner: string, from: number, to: number): void {
  for (const kind of ['message', 'note'] as const) {
    const text = localStorage.getItem(key(owner, from, kind))
    if (!text) continue
    const there = localStorage.getItem(key(owner, to, kind))
    keep(key(owner, to, kind), there ? `${there}\n${text}` : text)
    keep(key(owner, from, kind), '')
  }
}
