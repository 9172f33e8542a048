/**
 * What `/widget.js` is: it takes every call from the first moment on, and fetches the chat behind it.
 * Calls wait in `calls` until the chat is there; those of a stub that stood before us come first.
 */
import type { Looks } from './looks'
import type { Act, Ask, Options, Start } from './start'

/** Put in by the build: the hashed names of the chunks. */
declare const CHUNKS: Record<'chat-en' | 'chat-pl', string>

type Stub = { q?: ArrayLike<unknown>[] } | ArrayLike<unknown>[] | undefined
type Page = Window & { civchat?: Options; userengage?: unknown; UE?: unknown; __switchboard?: true }

function load(page: Page): void {
  const script = (document.currentScript as HTMLScriptElement | null)
    ?? document.querySelector<HTMLScriptElement>('script[src*="/widget.js"]')
  if (page.__switchboard || !script) return // Twice on one page: once is enough.
  page.__switchboard = true

  const base = new URL('.', script.src).href
  // Pages tidy their address soon; what it said of the campaign is known only now.
  const landed = location.href
  const calls: Parameters<Act>[] = []
  let loading = false
  let failures = 0
  let act: Act = (name, args) => {
    calls.push([name, args])
    if (name === 'init') begin(args[0] as Options)
  }

  const asked: Record<string, Promise<Looks>> = {}
  const ask: Ask = ({ apiKey, appKey, look }) => {
    const key = look ? '' : String(apiKey ?? appKey)
    return (asked[key] ??= key
      ? fetch(`${base}look/${encodeURIComponent(key)}`, { credentials: 'omit' }).then((answer) => answer.json()).catch(() => null)
      : Promise.resolve(null))
  }

  const queued = (stub: Stub): ArrayLike<unknown>[] => (Array.isArray(stub) ? stub : stub?.q ?? [])
  for (const call of queued(page.userengage as Stub)) calls.push(['userengage', Array.from(call)])
  for (const call of queued(page.UE as Stub)) calls.push([String(call[0]), Array.from(call).slice(1)])

  page.userengage = (...args: unknown[]) => act('userengage', args)
  page.UE = Object.fromEntries(
    ['init', 'pageHit', 'refresh', 'resetAuth', 'destroy', 'consent', 'form'].map((name) => [name, (...args: unknown[]) => act(name, args)]),
  )

  // Tag managers set `civchat` before or after this script, and single-page apps set it again.
  let options = page.civchat
  Object.defineProperty(page, 'civchat', {
    configurable: true,
    get: () => options,
    set(value: Options) {
      options = value
      if (loading) act('refresh', [value])
      else begin(value)
    },
  })
  begin(options)

  function begin(given?: Options): void {
    if (loading || !(given?.apiKey ?? given?.appKey)) return
    loading = true
    options = given
    // What it looks like comes beside what it does; whoever draws waits for both, so nothing changes its colour.
    void ask(given!)
    const chunk = CHUNKS[`chat-${languageOf(page)}`]
    import(`${base}widget/${chunk}${failures ? '?' + failures : ''}`).then(
      ({ start }: { start: Start }) => {
        act = start(base, given!, landed, ask)
        for (const call of calls.splice(0)) act(...call)
      },
      () => {
        // The network broke in the middle: the next sign of it, or a minute, tries again, under
        // another address, because browsers remember a module that failed.
        loading = false
        failures++
        addEventListener('online', () => begin(options), { once: true })
        setTimeout(() => begin(options), 60_000)
      },
    )
  }
}

/** The page's language decides; a page that names none leaves it to the browser. */
function languageOf(page: Page): 'pl' | 'en' {
  return /^pl\b/i.test(document.documentElement.lang || page.navigator.language) ? 'pl' : 'en'
}

load(window)
