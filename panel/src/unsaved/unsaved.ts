import { useCallback, useEffect, useState, type Dispatch, type SetStateAction } from 'react'
import { useLive } from '../live/context'

type Kept<Draft> = {
  draft: Draft
  change: Dispatch<SetStateAction<Draft>>
  /** Whether it began with what an earlier visit of this tab had left unsaved. */
  back: boolean
  /** Leaves nothing for a later visit. */
  forget: () => void
}

/**
 * What is being made, kept in this tab until it is saved or given up: a step back, a key or a reload takes nothing away.
 * `saved` is what it is without changes.
 */
export function useUnsaved<Draft>(name: string, saved: Draft): Kept<Draft> {
  const key = keyOf(useLive().owner, name)
  const untouched = JSON.stringify(saved)
  const [left] = useState(() => sessionStorage.getItem(key))
  const [draft, change] = useState<Draft>(() => (left === null ? saved : (JSON.parse(left) as Draft)))
  const [back, setBack] = useState(left !== null && left !== untouched)
  const text = JSON.stringify(draft)
  useEffect(() => {
    if (text === untouched) sessionStorage.removeItem(key)
    else keep(key, text)
  }, [key, text, untouched])
  const forget = useCallback(() => {
    sessionStorage.removeItem(key)
    setBack(false)
  }, [key])
  return { draft, change, back, forget }
}

/** Lay something ready as if somebody had left it unsaved; false where this tab has no room for it. */
export const leaveUnsaved = (owner: string, name: string, draft: unknown): boolean => keep(keyOf(owner, name), JSON.stringify(draft))

const keyOf = (owner: string, name: string): string => `unsaved ${owner} ${name}`

function keep(key: string, text: string): boolean {
  try {
    sessionStorage.setItem(key, text)
    return true
  } catch {
    // Too large: the words of before must not come back in its place.
    sessionStorage.removeItem(key)
    return false
  }
}
