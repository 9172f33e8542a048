import { Modal } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { IconNote } from '@tabler/icons-react'
import type { Author, Conversation } from '@shared/types'
import { useEffect, useState, type KeyboardEvent } from 'react'
import { useNavigate } from 'react-router'
import frame from '../frame/frame.module.css'
import { useFact, useLive } from '../live/context'
import type { View } from '../live/views'
import { Ago } from '../parts/ago'
import { Face } from '../parts/face'
import { useFocusBack } from '../parts/focus-back'
import { useWords } from '../words/words'
import { Chip } from './chip'
import { useLabels } from './labels-data'
import { understood, type Asked } from './search-words'
import css from './search.module.css'
import { fold } from '../parts/fold'

type Found = { conversation: Conversation; kind: 'message' | 'note' | 'contact'; position: number | null; text: string; author: Author | null; at: string | null }
type Page = { found: Found[]; below: number | null }

const FILTERS = ['status:', 'assignee:', 'label:', 'priority:', 'after:', 'before:'] as const

/** Looks through everything that was said; Enter leads to the message. */
export default function Search({ close }: { close: () => void }) {
  const { t } = useWords()
  useFocusBack(true)
  return (
    <Modal.Root opened onClose={close} padding={0} yOffset="12dvh" transitionProps={{ duration: 0 }}>
      <Modal.Overlay backgroundOpacity={0.35} />
      <Modal.Content aria-label={t('search.title')}><Modal.Body><Box close={close} /></Modal.Body></Modal.Content>
    </Modal.Root>
  )
}

function Box({ close }: { close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const labels = useLabels() ?? []
  const agents = useFact((state) => state.agents)
  const online = useFact((state) => state.phase === 'online')
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const [settled] = useDebouncedValue(typed, 150)
  const asked = understood(settled, { labels, agents })
  const filtered = Object.keys(asked.where).length > 0
  const query = useInfiniteQuery({
    queryKey: ['search', asked],
    queryFn: ({ pageParam, signal }) => look(live, asked, pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.below ?? undefined,
    enabled: online && (asked.text !== '' || filtered),
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  const some = asked.text !== '' || filtered
  const found = some ? query.data?.pages.flatMap((page) => page.found) ?? [] : []
  const current = Math.min(at, found.length - 1)
  const go = (one: Found | undefined) => {
    if (!one) return
    close()
    const view: View = one.conversation.status
    const state = one.position === null ? undefined : { at: one.position, note: one.kind === 'note' }
    void navigate(`/inbox/${view}/${one.conversation.id}`, { state })
  }
  // Enter means what is typed, also where its answer is still on the way.
  const stale = settled !== typed || query.isPlaceholderData || query.isFetching
  const [entered, setEntered] = useState(false)
  useEffect(() => {
    if (!entered || stale) return
    setEntered(false)
    go(found[current])
  })
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) setAt((current + step + found.length) % Math.max(1, found.length))
    else if (event.key === 'Enter') setEntered(true)
    else return
    event.preventDefault()
  }
  return (
    <div className={frame.palette}>
      <input className={frame.paletteInput} autoFocus data-autofocus placeholder={t('search.placeholder')} aria-label={t('search.title')} role="combobox"
        aria-expanded="true" aria-controls="search" aria-activedescendant={found[current] && `search-${current}`}
        value={typed} onChange={(event) => { setTyped(event.currentTarget.value); setAt(0); setEntered(false) }} onKeyDown={press} />
      <div className={css.filters} role="group" aria-label={t('search.filters')}>
        {FILTERS.map((one) => (
          <button key={one} type="button" className={css.filter} onClick={(event) => { setTyped(`${typed.trimEnd()} ${one}`.trimStart()); (event.currentTarget.closest('div')!.previousElementSibling as HTMLElement).focus() }}>{one}</button>
        ))}
      </div>
      <div id="search" role="listbox" aria-label={t('search.found')} className={frame.paletteList}>
        {found.map((one, index) => (
          <div key={`${one.conversation.id} ${one.kind} ${one.position}`} id={`search-${index}`} role="option" aria-selected={index === current} className={css.hit}
            ref={(element) => { if (index === current) element?.scrollIntoView({ block: 'nearest' }) }}
            onPointerMove={() => setAt(index)} onClick={() => go(one)}>
            <Face id={one.conversation.contact.id} name={one.conversation.contact.name} />
            <span className={css.lines}>
              <span className={css.line}>
                <strong className={css.name}>{one.conversation.contact.name}</strong>
                {one.conversation.status !== 'open' && <Chip>{t(`where.status.${one.conversation.status}`)}</Chip>}
                {one.at && <span className={css.when}><Ago at={one.at} /></span>}
              </span>
              <span className={css.words}>
                {one.kind === 'note' && <IconNote size={14} aria-label={t('composer.note')} className={css.note} />}
                {one.text ? <Marked text={`${one.author?.kind === 'contact' ? '' : `${one.author?.name}: `}${around(one.text, asked.text)}`} words={asked.text} /> : one.conversation.contact.email ?? one.conversation.last?.text}
              </span>
            </span>
          </div>
        ))}
        {some && !found.length && query.isSuccess && <div className={frame.paletteEmpty}>{t('search.nothing')}</div>}
        {query.isError && <div className={frame.paletteEmpty} role="alert">{t('list.failed')}</div>}
        {!some && <div className={frame.paletteEmpty}>{t('search.hint')}</div>}
        {query.hasNextPage && <button type="button" className={css.more} onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}>{t('list.more')}</button>}
      </div>
    </div>
  )
}

/** Words are looked for in what was said; filters alone list the newest that fit. */
async function look(live: ReturnType<typeof useLive>, { text, where, said_from, said_to }: Asked, below: number | undefined, signal: AbortSignal): Promise<Page> {
  if (text) return live.rest<Page>('POST', 'conversations/search', { text, where, said_from, said_to, ...(below ? { below } : {}) }, signal)
  const dates = { ...(said_from ? { updated_from: said_from } : {}), ...(said_to ? { created_to: said_to } : {}) }
  const { conversations } = await live.rest<{ conversations: Conversation[] }>('POST', 'conversations/find', { where: { ...where, ...dates } }, signal)
  return { found: conversations.map((conversation) => ({ conversation, kind: 'contact', position: null, text: '', author: null, at: conversation.updated_at })), below: null }
}

const wordsOf = (text: string) => fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean)

/** A long text from shortly before its first match on. */
function around(text: string, asked: string): string {
  const first = text.search(/\S/)
  const at = Math.min(...wordsOf(asked).map((word) => fold(text).indexOf(word)).filter((place) => place >= 0), text.length)
  return at > 60 && at < text.length ? `…${text.slice(at - 30)}` : text.slice(Math.max(0, first))
}

/** Each word that one of the wanted begins is marked. */
function Marked({ text, words }: { text: string; words: string }) {
  const wanted = wordsOf(words)
  return text.split(/([\p{L}\p{N}\p{M}]+)/u).map((part, index) => {
    const hit = index % 2 === 1 && wanted.find((word) => fold(part).startsWith(word))
    return hit ? <mark key={index} className={css.mark}>{part}</mark> : part
  })
}
