import { useEffect, useRef } from 'react'

/** Milliseconds until the library has moved the focus itself, and until a dialog that fades out has gone. */
const MOVED = 20
const GONE = 300

/** Gives the focus back to where it was before something opened: also where it closes by not being drawn any more. */
export function useFocusBack(opened: boolean): void {
  const before = useRef<HTMLElement | null>(null)
  const was = useRef(false)
  // While it is drawn for the first time: an effect would come after a field in it has taken the focus.
  if (opened && !was.current) before.current = opener()
  was.current = opened
  useEffect(() => {
    if (!opened) return
    return () => {
      for (const after of [MOVED, GONE]) setTimeout(() => giveBack(before.current), after)
    }
  }, [opened])
}

/** What has the focus; an entry of a menu goes with it, so then the button of the menu. */
function opener(): HTMLElement | null {
  const active = document.activeElement as HTMLElement | null
  const menu = active?.closest('[role=menu]')
  return menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : active
}

function giveBack(to: HTMLElement | null): void {
  // Whoever has gone on meanwhile is left where they are.
  if (document.activeElement === null || document.activeElement === document.body) to?.isConnected && to.focus({ preventScroll: true })
}
