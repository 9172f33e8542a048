import { Component } from './draw'
import type { Ui } from '../start'
import { timeline, type Group } from '../timeline'
import { Face } from './face'
import { GroupView } from './group'

/** Silence that is worth a line with the time. */
const PAUSE = 3_600_000
/** How close to the end still counts as reading the end. */
const NEAR = 48

type Props = { ui: Ui }

/** The conversation: sticks to its end, stays where it is when somebody reads above, and loads what was before. */
export class Messages extends Component<Props, { below: number }> {
  state = { below: 0 }
  #box!: HTMLDivElement
  #groups: Group[] = []
  #isAtEnd = true
  #wasOpen = true
  #drawn = { height: 0, first: undefined as string | undefined, all: 0, own: 0 }
  readonly #fit = new ResizeObserver(() => this.#isAtEnd && this.#toEnd())

  componentDidMount(): void {
    this.#fit.observe(this.#box)
    this.componentDidUpdate()
  }

  componentWillUnmount(): void {
    this.#fit.disconnect()
  }

  componentDidUpdate(): void {
    const { chat } = this.props.ui
    const box = this.#box
    const drawn = this.#drawn
    const first = this.#groups[0]?.key
    const count = (groups: Group[]): number => groups.reduce((sum, group) => sum + group.entries.length, 0)
    const all = count(this.#groups)
    const own = count(this.#groups.filter((group) => group.own))
    // Who opens the chat wants to see what is new.
    if (chat.isOpen() && !this.#wasOpen) this.#isAtEnd = true
    this.#wasOpen = chat.isOpen()
    if (this.#isAtEnd || (own > drawn.own && first === drawn.first)) this.#toEnd()
    else if (first !== drawn.first) box.scrollTop += box.scrollHeight - drawn.height
    else if (all > drawn.all) this.setState({ below: this.state.below + all - drawn.all })
    this.#drawn = { height: box.scrollHeight, first, all, own }
    // A short conversation leaves room for the one before it.
    if (chat.isOpen() && box.scrollHeight <= box.clientHeight) void chat.threads.older()
  }

  readonly #toEnd = (): void => {
    this.#box.scrollTop = this.#box.scrollHeight
  }

  readonly #onScroll = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = this.#box
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR
    if (this.#isAtEnd && this.state.below) this.setState({ below: 0 })
    if (scrollTop < 200) void this.props.ui.chat.threads.older()
  }

  render({ ui }: Props, { below }: { below: number }) {
    const { chat, words } = ui
    const groups = (this.#groups = timeline(chat.threads.newestFirst(), chat.outbox.letters()))
    const typist = chat.typist.current()
    const last = chat.threads.newestFirst()[0]?.conversation
    const isLoading = !chat.session() || chat.threads.newestFirst().length > 0
    return (
      <div class="body">
        <div
          class="scroll" ref={(box) => void (this.#box = box!)} onScroll={this.#onScroll}
          tabIndex={0} role="region" aria-label={words('messages')}
        >
          {!groups.length && (isLoading ? <Skeleton /> : <Welcome ui={ui} />)}
          <ol>{groups.map((group, place) => <Row key={group.key} {...{ ui, group, groups, place }} />)}</ol>
          {typist && <Typist {...typist} label={words('typing', { name: typist.name })} />}
          {last?.rating && last.status === 'closed' && (
            <div
              key={last.id} class="rate" role="status"
              ref={(place) => void (place && ui.laters.rating().then(({ look }) => look(ui, place as HTMLElement, last.id, last.rating!), () => {}))}
            />
          )}
          {chat.isOver() && <p class="happened">{words('closedHint')}</p>}
        </div>
        {below > 0 && <button class="below" onClick={this.#toEnd}>{words('newBelow', { n: below })} ↓</button>}
      </div>
    )
  }
}

const Typist = ({ id, name, label }: { id: number; name: string; label: string }) => (
  <div class="group">
    <div class="name">{label}</div>
    <Face id={id} name={name} />
    <ol aria-hidden="true"><li class="dots"><i /><i /><i /></li></ol>
  </div>
)

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
      <GroupView {...{ ui, group, isNamed }} />
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
    <p>{(!chat.session()!.application.online && words('offlineIntro')) || words('welcomeMore')}</p>
  </div>
)

/** The shape of a conversation, until it is there. */
const Skeleton = () => <div class="skeleton" aria-hidden="true"><i /><i /><i /><i /></div>
