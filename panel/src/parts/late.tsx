import { useEffect, useState, type ReactNode } from 'react'

/** What is quick needs no skeleton; a flash of one is worse than nothing. */
const AFTER = 150

export function Late({ children }: { children: ReactNode }) {
  const [due, setDue] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), AFTER)
    return () => clearTimeout(timer)
  }, [])
  return due ? children : null
}
