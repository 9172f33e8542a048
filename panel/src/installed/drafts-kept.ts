import { useEffect } from 'react'
import { BEFORE, draftsOf, keep, subscribe, WRITTEN } from '../conversation/drafts'
import type { AgentDraft, AgentDrafts } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import type { Live } from '../live/live'
import { RestError } from '../live/rest'

/** How long somebody pauses before what they write is brought to the server. */
const PAUSE = 1_000
/** Beside a draft: the moment of writing that the server knows of. */
const KNOWN = '.known'

const numberOf = (name: string) => Number(localStorage.getItem(name) ?? 0)

/** Brings what is half written to the server, and from there to the other devices of the same agent; the newer one wins. */
export function useDraftsKept(): void {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  useEffect(() => {
    if (!online) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = () => {
      clearTimeout(timer)
      timer = setTimeout(() => void push(live), PAUSE)
    }
    const pull = () => {
      // Whoever goes to another device finds there what was written here a moment ago.
      void (document.visibilityState === 'visible' ? fetchAll : push)(live).catch(() => {})
    }
    pull()
    const end = subscribe(soon)
    addEventListener('focus', pull)
    document.addEventListener('visibilitychange', pull)
    return () => {
      clearTimeout(timer)
      end()
      removeEventListener('focus', pull)
      document.removeEventListener('visibilitychange', pull)
    }
  }, [live, online])
}

/** The names of the drafts in this browser that have a time: `panel.draft <owner> <conversation> <kind>`. */
function namesOf(live: Live): string[] {
  const prefix = draftsOf(live.owner)
  return Object.keys(localStorage).filter((each) => each.startsWith(prefix) && each.endsWith(WRITTEN)).map((each) => each.slice(0, -WRITTEN.length))
}

/**
 * Tells the server of what was written here since it last heard. Without a connection it waits for the next one. Where something
 * newer is there already, that stands here from now on, and what was written here beside it.
 */
async function push(live: Live): Promise<void> {
  for (const name of namesOf(live)) {
    const written = numberOf(name + WRITTEN)
    if (written <= numberOf(name + KNOWN)) continue
    const [conversation, kind] = name.slice(draftsOf(live.owner).length).split(' ') as [string, AgentDraft['kind']]
    const text = localStorage.getItem(name) ?? ''
    try {
      const kept = await live.rest<AgentDraft>('PUT', `conversations/${conversation}/draft`, { kind, text, written })
      // Whoever types on meanwhile comes again in a moment.
      if (numberOf(name + WRITTEN) !== written) continue
      if (kept.text !== text) {
        if (text && !kept.text.startsWith(text)) localStorage.setItem(name + BEFORE, text)
        take(name, kept)
      } else if (text) for (const each of [WRITTEN, KNOWN]) localStorage.setItem(name + each, String(kept.written))
      else forget(name)
    } catch (error) {
      // A conversation that is gone, or a text that nobody keeps: asking again changes nothing, and others wait behind it.
      if (!(error instanceof RestError) || ![400, 403, 404, 413, 422].includes(error.status)) return
      localStorage.setItem(name + KNOWN, String(written))
    }
  }
}

/** Brings what was written on other devices, and lets go of what was sent or cleared there. */
async function fetchAll(live: Live): Promise<void> {
  await push(live)
  const { drafts } = await live.rest<AgentDrafts>('GET', 'me/drafts')
  const there = new Set<string>()
  for (const draft of drafts) {
    const name = `${draftsOf(live.owner)}${draft.conversation} ${draft.kind}`
    there.add(name)
    if (draft.written > numberOf(name + WRITTEN)) take(name, draft)
  }
  for (const name of namesOf(live)) {
    const written = numberOf(name + WRITTEN)
    if (there.has(name) || written > numberOf(name + KNOWN)) continue
    keep(name, '', written)
    forget(name)
  }
}

/** Something newer takes the place of what stands here. */
function take(name: string, { text, written }: AgentDraft): void {
  localStorage.setItem(name + KNOWN, String(written))
  keep(name, text, written)
}

function forget(name: string): void {
  for (const each of [WRITTEN, KNOWN]) localStorage.removeItem(name + each)
}
