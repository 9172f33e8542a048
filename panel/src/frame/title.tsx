import { useEffect, useRef, useState } from 'react'
import { useLocation, useMatch } from 'react-router'
import { useFact } from '../live/context'
import { useUnread } from './attention'
import css from './frame.module.css'

/** Milliseconds behind an address: what has to be fetched first has its name a little later. */
const LOOKS = [50, 300, 1_000, 3_000]

/** The title of the window, with how much is unread (on the app's icon too), and a word for screen readers: where one has come to. */
export default function Title() {
  const unread = useUnread()
  const application = useFact((state) => state.session?.application.name ?? 'Switchboard')
  const page = usePage()
  useEffect(() => {
    document.title = [`${unread ? `(${unread}) ` : ''}${page ?? application}`, ...(page ? [application] : [])].join(' · ')
    if (unread) navigator.setAppBadge?.(unread).catch(() => {})
    else navigator.clearAppBadge?.().catch(() => {})
  }, [unread, application, page])
  return <div className={css.spoken} aria-live="polite">{useNews(page)}</div>
}

/** What the screen is called: the one thing that it shows, or what is chosen in its area, and the area. */
function usePage(): string | undefined {
  const { pathname, search } = useLocation()
  const [page, setPage] = useState<string>()
  useEffect(() => {
    const look = () => {
      const area = document.querySelector('h1')
      const one = /\/\d+$/.test(pathname) ? document.querySelector('main h2') : null
      const chosen = one ?? area?.closest('section, header, div')?.querySelector('[aria-current="page"]')
      setPage([words(chosen), words(area)].filter(Boolean).join(' · ') || undefined)
    }
    const timers = LOOKS.map((after) => setTimeout(look, after))
    return () => timers.forEach(clearTimeout)
  }, [pathname, search])
  return page
}

/** The first words in it: behind the name there may be a number. */
function words(of: Element | null | undefined): string {
  const texts = of && document.createTreeWalker(of, NodeFilter.SHOW_TEXT)
  for (let text = texts?.nextNode(); text; text = texts!.nextNode()) if (text.textContent?.trim()) return text.textContent.trim()
  return ''
}

/** The page, where it is another one than at first: what one sees when one comes, a screen reader reads by itself. */
function useNews(page: string | undefined): string {
  const talk = useMatch('/inbox/:view/:conversation') // tells of itself, and of what was said last
  const before = useRef<string>(undefined)
  const [news, setNews] = useState('')
  useEffect(() => {
    if (before.current && page && before.current !== page) setNews(talk ? '' : page)
    before.current = page ?? before.current
  }, [page, talk])
  return news
}
