import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Ui } from '../start'
import { timeline, type Group } from '../timeline'
import { Face } from './face'
import { GroupView } from './group'

/** Silence that is worth a line with the time. */
const PAUSE = 3_600_000
/** How close to the end still counts as reading the end. */
const NEAR = 48

/** The conversation: sticks to its end, stays where it is when somebody reads above, and loads what was before. */
export function Messages({ ui }: { ui: Ui }) {
  const { chat, words } = ui
  const box = useRef<HTMLDivElement>(null)
  const before = useRef({ height: 0, first: '', last: '', isAtEnd: true })
  const [below, setBelow] = useState(0)
  const groups = timeline(chat.threads.newestFirst(), chat.outbox.letters())
  const first = groups[0]?.key ?? ''
  const lastGroup = groups[groups.length - 1]
  const last = lastGroup ? lastGroup.key + lastGroup.entries.length : ''

  const toEnd = (): void => {
    box.current!.scrollTop = box.current!.scrollHeight
  }

  useLayoutEffect(() => {
    const view = box.current!
    const old = before.current
    if (old.isAtEnd || (last !== old.last && lastGroup?.own)) toEnd()
    else if (first !== old.first) view.scrollTop += view.scrollHeight - old.height
    else if (last !== old.last) setBelow(below + 1)
    before.current = { ...old, height: view.scrollHeight, first, last }
    // A short conversation leaves room for the one before it.
    if (view.scrollHeight <= view.clientHeight && chat.isOpen()) void chat.threads.older()
  })

  useEffect(() => {
    const observer = new ResizeObserver(() => before.current.isAtEnd && toEnd())
    observer.observe(box.current!)
    return () => observer.disconnect()
  }, [])

  const onScroll = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!
    const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR
    before.current.isAtEnd = isAtEnd
    if (isAtEnd && below) setBelow(0)
    if (scrollTop < 200 && chat.threads.hasOlder()) void chat.threads.older()
  }

  const typist = chat.typists.current()
  const isEmpty = !groups.length
  const isLoading = isEmpty && (!chat.session() || chat.threads.newestFirst().length > 0)
  return (
    <div class="body">
      <div class="scroll" ref={box} onScroll={onScroll} tabIndex={0} role="region" aria-label={words('messages')}>
        {isLoading ? <Skeleton /> : isEmpty && <Welcome ui={ui} />}
        <ol>{groups.map((group, place) => <Row key={group.key} {...{ ui, group, groups, place }} />)}</ol>
        {typist && (
          <div class="group">
            <div class="name">{words('typing', { name: typist.name })}</div>
            <Face {...typist} />
            <ol aria-hidden="true"><li class="dots"><i /><i /><i /></li></ol>
          </div>
        )}
        {chat.isOver() && <p class="happened">{words('closedHint')}</p>}
      </div>
      {below > 0 && <button class="below" onClick={toEnd}>{words('newBelow', { n: below })} ↓</button>}
    </div>
  )
}

type RowProps = { ui: Ui; group: Group; groups: Group[]; place: number }

function Row({ ui, group, groups, place }: RowProps) {
  const previous = groups[place - 1]
  const at = group.entries[0]?.at
  const lastAt = previous?.entries[previous.entries.length - 1]?.at
  const isNewDay = previous?.day !== group.day
  const isLater = at && lastAt && +at - +lastAt > PAUSE
  if (group.event) {
    return <li class="happened">{ui.words(group.event === 'reopened' ? 'reopened' : 'closed')}</li>
  }
  const isNamed = !group.own && (isNewDay || previous?.author.id !== group.author.id || previous.own)
  return (
    <>
      {(isNewDay || isLater) && <li class="day">{isNewDay ? dayName(ui, at!) + ', ' : ''}{ui.formats.time(at!)}</li>}
      <GroupView {...{ ui, group, isNamed }} isLast={place === groups.length - 1} />
    </>
  )
}

function dayName({ words, formats }: Ui, at: Date): string {
  const today = new Date()
  if (at.toDateString() === today.toDateString()) return words('today')
  today.setDate(today.getDate() - 1)
  return at.toDateString() === today.toDateString() ? words('yesterday') : formats.day(at)
}

const Welcome = ({ ui: { chat, words } }: { ui: Ui }) => (
  <div class="welcome">
    <div class="faces">{chat.session()!.application.agents.slice(0, 3).map((agent) => <Face {...agent} />)}</div>
    <b>{words('welcome')}</b>
    <p>{words('welcomeMore')}</p>
  </div>
)

/** The shape of a conversation, until it is there. */
const Skeleton = () => (
  <div class="skeleton" aria-hidden="true">
    {['55%', '70%', '40%', '60%'].map((width, place) => (
      <i style={{ width, marginLeft: place % 3 === 2 ? 'auto' : '36px' }} />
    ))}
  </div>
)
