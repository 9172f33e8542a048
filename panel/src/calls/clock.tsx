import { useEffect, useState } from 'react'

const two = (value: number) => String(value).padStart(2, '0')

/** Seconds as a telephone shows them: 0:07, 12:40, 1:02:03. */
export function span(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** How long something goes on; counted while it is looked at, and not read out with each second. */
export function Clock({ since }: { since: string }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  const text = span(Math.max(0, Math.floor((now - Date.parse(since)) / 1_000)))
  return <span role="timer" aria-live="off">{text}</span>
}
