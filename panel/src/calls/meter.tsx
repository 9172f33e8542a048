import { watchLevel } from '@shared/calls/meter'
import { useEffect, useRef } from 'react'
import css from './calls.module.css'

/** How loud a stream is, as a bar that moves; `tracks` says that there is another sound in it. */
export function Meter({ stream, label, tracks = 0 }: { stream: MediaStream | null; label: string; tracks?: number }) {
  const bar = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (!stream) return
    // Past React: twelve times a second nothing else changes.
    return watchLevel(stream, (level) => bar.current?.style.setProperty('--level', level.toFixed(2)))
  }, [stream, tracks])
  return <span className={css.meter} role="img" aria-label={label} title={label}><span ref={bar} className={css.level} /></span>
}
