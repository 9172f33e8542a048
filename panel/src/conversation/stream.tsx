import { Skeleton } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { emptyStream } from '@shared/stream'
import type { Author, Message, Note } from '@shared/types'
import { memo, Suspense, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useFact, useLive } from '../live/context'
import { Late } from '../parts/late'
import { TypingPreview } from '../person/typing-preview'
import { aside, useWords } from '../words/words'
import { chunks, keepHeight, rest, type Chunk } from './chunks'
import css from './conversation.module.css'
import { Line } from './line'
import { kept, lines, type Line as AnyLine, type Part } from './lines'
import { useLoaded } from './loaded'
import { useAttended, useNewFrom } from './reading'

/** So close to the end counts as the end: half a line of scrolling is no decision to leave it. */
const NEAR = 40
/** Earlier messages are asked for when their place is so close. */
const AHEAD = 500

const Announcer = aside(() => import('./announcer'))
const Parts = aside(() => import('../combining/parts'))
const NO_MESSAGES = emptyStream<Message>()
const NO_NOTES = emptyStream<Note>()

export function Stream({ id }: { id: number }) {
  const { t } = useWords()
  const live = useLive()
  const loaded = useLoaded(id)
  const messages = useFact((state) => state.messages[id] ?? NO_MESSAGES).items
  const notes = useFact((state) => state.notes[id] ?? NO_NOTES).items
  const outbox = useFact((state) => state.outbox)
  const conversation = useFact((state) => state.conversations[id])
  const agent = useFact((state) => state.session?.agent)
  const newFrom = useNewFrom(id, loaded)
  const [parts, setParts] = useState<readonly Part[]>()
  const before = useRef<{ lines: readonly AnyLine[]; chunks: readonly Chunk[] }>({ lines: [], chunks: [] })
  const shown = useMemo(() => {
    const me: Author = { kind: 'agent', id: agent?.id ?? 0, name: agent?.name ?? '' }
    const now = kept(before.current.lines, lines({ messages, notes, outbox: outbox.filter((one) => one.conversation === id), conversation, me, newFrom, parts }))
    before.current = { lines: now, chunks: chunks(now, before.current.chunks) }
    return before.current.chunks
  }, [messages, notes, outbox, conversation, agent, newFrom, id, parts])

  const first = messages[0]?.position ?? 0
  const { scroller, content, atEnd, toEnd } = useScroll(first, newFrom, loaded)
  const earlier = useEarlier(id, first, scroller)
  const last = messages.at(-1)?.position ?? 0
  const attended = useAttended()
  useEffect(() => {
    if (attended && atEnd && loaded) live.read(id)
  }, [live, id, attended, atEnd, loaded, last])
  // What the agent just sent is where the agent wants to be.
  const sent = outbox.filter((one) => one.conversation === id && one.state === 'waiting').length
  useEffect(() => {
    if (sent) toEnd()
  }, [sent, toEnd])

  return (
    <div className={css.streamBox}>
      <div ref={scroller} className={css.stream} tabIndex={0} role="region" aria-label={t('stream.label')}>
        <div ref={content} className={css.streamContent}>
          {first > 1 && <button type="button" className={css.earlier} disabled={earlier.busy} onClick={earlier.load}>{t(earlier.busy ? 'loading' : 'stream.earlier')}</button>}
          {!loaded && !messages.length && <Late><StreamSkeleton /></Late>}
          {shown.map((chunk) => <Lines key={chunk.number} chunk={chunk} id={id} />)}
          <TypingLine id={id} />
        </div>
      </div>
      {!atEnd && loaded && (
        <button type="button" className={css.toEnd} onClick={toEnd} aria-label={t('stream.toEnd')} title={t('stream.toEnd')}>
          <IconArrowDown size={18} aria-hidden="true" />
        </button>
      )}
      {conversation?.merged && <Suspense><Parts key={id} merged={conversation.merged} give={setParts} /></Suspense>}
      {loaded && <Suspense><Announcer messages={messages} name={conversation?.contact.name ?? ''} me={agent?.id} /></Suspense>}
    </div>
  )
}

const Lines = memo(function Lines({ chunk, id }: { chunk: Chunk; id: number }) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => rest([box.current!]), [chunk])
  useEffect(() => {
    const node = box.current!
    const sizes = new ResizeObserver(() => keepHeight(node))
    sizes.observe(node)
    return () => sizes.disconnect()
  }, [])
  return <div ref={box} className={css.chunk} data-chunk>{chunk.lines.map((line) => <Line key={line.key} line={line} id={id} />)}</div>
})

const endIsNear = (box: HTMLElement) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR

/** Stays at the end while the reader is there, and lets earlier pages grow upwards without a jump. */
function useScroll(first: number, newFrom: number, loaded: boolean) {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const pinned = useRef(true)
  const place = useRef(0)
  const before = useRef({ first: 0, height: 0 })
  const [atEnd, setAtEnd] = useState(true)

  const toEnd = useMemo(() => () => {
    pinned.current = true
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight })
  }, [])
  const follow = () => {
    const box = scroller.current
    // A size may be reported once more between the removal of the box and the end of the observer.
    if (!box || !pinned.current) return
    // A reader who has just begun to scroll up is not pulled back: the event that tells of it comes a frame later.
    if (box.scrollTop < place.current - 1 && !endIsNear(box)) return
    box.scrollTop = box.scrollHeight
    place.current = box.scrollTop
  }

  useLayoutEffect(() => {
    const box = scroller.current!
    const grewUp = before.current.first > 0 && first > 0 && first < before.current.first
    if (grewUp) box.scrollTop += box.scrollHeight - before.current.height
    else follow()
    before.current = { first, height: box.scrollHeight }
  })
  useEffect(() => {
    if (!loaded) return
    // The first look goes to what is new; where that fits on the screen, it is the end anyway.
    const box = scroller.current!
    const mark = box.querySelector('[data-new]')
    // Where even more is new than the first page holds, its beginning is nowhere yet: then the end is the better place.
    if (!mark || first > newFrom + 1) return toEnd()
    mark.scrollIntoView({ block: 'start' })
    pinned.current = endIsNear(box)
    // Once, when the first page is there.
  }, [loaded])
  useEffect(() => {
    const box = scroller.current!, inside = content.current!
    const watch = () => {
      const near = endIsNear(box)
      // What has grown below since the last look is nobody's scrolling up: whoever was at the end stays there.
      if (!near && pinned.current && box.scrollTop >= place.current - 1) return follow()
      pinned.current = near
      if (near) place.current = box.scrollTop
      setAtEnd(pinned.current)
    }
    // Pictures that arrive, a composer that grows and a keyboard that opens change heights without a render.
    let width = 0
    const sizes = new ResizeObserver(() => {
      if (width !== (width = box.clientWidth)) rest([...inside.querySelectorAll<HTMLElement>('[data-chunk]')])
      follow()
    })
    sizes.observe(box)
    sizes.observe(inside)
    box.addEventListener('scroll', watch, { passive: true })
    watch()
    return () => {
      sizes.disconnect()
      box.removeEventListener('scroll', watch)
    }
  }, [])
  return { scroller, content, atEnd, toEnd }
}

function useEarlier(id: number, first: number, scroller: React.RefObject<HTMLDivElement | null>) {
  const live = useLive()
  const [busy, setBusy] = useState(false)
  const load = () => {
    setBusy(true)
    live.older(id).catch(() => {}).finally(() => setBusy(false))
  }
  const newest = useRef(load)
  newest.current = load
  useEffect(() => {
    const box = scroller.current!
    if (first <= 1 || busy) return
    const watch = () => {
      if (box.scrollTop < AHEAD && box.scrollHeight > box.clientHeight) newest.current()
    }
    box.addEventListener('scroll', watch, { passive: true })
    watch() // whoever got to the beginning of what is held while it grew would not move any more
    return () => box.removeEventListener('scroll', watch)
  }, [first, busy, scroller])
  return { busy, load }
}

function TypingLine({ id }: { id: number }) {
  const { t } = useWords()
  const typing = useFact((state) => state.typing[id])
  return (
    <>
      <TypingPreview id={id} />
      <div className={css.typing} aria-hidden={!typing}>
        {typing && <><span className={css.dots} aria-hidden="true"><i /><i /><i /></span> {t(typing.kind === 'contact' ? 'typing.long' : 'typing.agent', { name: typing.name })}</>}
      </div>
    </>
  )
}

function StreamSkeleton() {
  const { t } = useWords()
  return (
    <div role="status" aria-label={t('loading')} className={css.skeletons}>
      {[['start', 52], ['start', 34], ['end', 46], ['start', 60], ['end', 30]].map(([side, width], index) => (
        <Skeleton key={index} height={36} radius="lg" width={`${width}%`} style={{ alignSelf: side as string }} />
      ))}
    </div>
  )
}
