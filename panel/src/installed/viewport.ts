import { useEffect } from 'react'

/** Less than a keyboard: bars of the browser that come and go. */
const KEYBOARD = 120

/**
 * Where the keyboard lies over the page instead of making it smaller (iOS), the frame becomes as high as what is left:
 * the composer stands on the keyboard, and the header stays where it is.
 */
export function useKeyboardRoom(): void {
  useEffect(() => {
    const view = window.visualViewport
    if (!view) return
    const fit = () => {
      const covered = view.scale === 1 && innerHeight - view.height > KEYBOARD
      document.documentElement.style.setProperty('--sb-height', covered ? `${view.height}px` : '')
      // The browser has scrolled the field into sight by itself, and the header out of it.
      if (covered) scrollTo(0, 0)
    }
    view.addEventListener('resize', fit)
    return () => view.removeEventListener('resize', fit)
  }, [])
}
