import type { Look } from '../../shared/types'
import css from './styles.css'

/** The place in the page where the widget lives: one element with an open shadow root. */
export type Stage = ReturnType<typeof mount>

export function mount() {
  const host = document.createElement('switchboard-chat')
  const shadow = host.attachShadow({ mode: 'open' })
  // Adopted sheets pass the strictest content security policy, where a <style> would be blocked.
  const adopt = (text: string): void => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet]
  }
  adopt(css)
  const own = new CSSStyleSheet()
  shadow.adoptedStyleSheets.push(own)

  const root = document.createElement('div')
  root.className = 'root'
  shadow.append(root)
  // The page's hotkeys must not fire while somebody writes to us.
  for (const name of ['keydown', 'keypress', 'keyup', 'paste']) shadow.addEventListener(name, (event) => event.stopPropagation())

  const listeners = new AbortController()
  const { signal } = listeners
  const fit = (): void => {
    const view = visualViewport
    if (!view) return
    root.style.setProperty('--view-height', `${view.height}px`)
    root.style.setProperty('--view-top', `${view.offsetTop}px`)
  }

  /** Where it stands in the page, of a chat that is a part of it. */
  let place = ''
  // Beside <body> and not in it: pages replace their body, and a transform on it would move what is fixed.
  const attach = (): void => {
    const home = place ? document.querySelector(place) : document.documentElement
    if (!home) return host.remove()
    if (host.parentNode === home) return
    home.append(host)
    root.style.setProperty('--font', fontOf(document.body))
  }
  attach()
  fit()
  visualViewport?.addEventListener('resize', fit, { signal })
  visualViewport?.addEventListener('scroll', fit, { signal })

  return {
    root,
    attach,
    /** Takes on what a widget looks like, in place of what it looked like before. */
    dress(look: Look) {
      root.className = `root ${look.classes ?? ''}`
      own.replaceSync(look.css ?? '')
      place = look.selector ?? ''
      // Without a box of its own: the chat is as large as the element.
      host.style.display = place ? 'contents' : ''
      attach()
    },
    /** Styles that come with a later chunk. */
    adopt,
    isPhone: () => innerWidth < 480,
    find: (selector: string) => root.querySelector<HTMLElement>(selector),
    /** What has the focus, inside the shadow. */
    focused: () => shadow.activeElement as HTMLElement | null,
    remove() {
      listeners.abort()
      host.remove()
    },
  }
}

/** The page's own font; a page without one would give us the browser's serif. */
function fontOf(body: HTMLElement): string {
  const font = getComputedStyle(body).fontFamily
  return /^("?times|serif)/i.test(font) ? 'system-ui, sans-serif' : font
}
