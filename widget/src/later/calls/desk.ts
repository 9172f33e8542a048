import { letGo, openMicrophone, type NoDevice } from '../../../shared/calls/devices'
import { Line, type LineState } from '../../../shared/calls/line'
import { newId } from '../../../shared/ids'
import type { Call, CallSignal, Commands, IceServer, VisitorSession, WireError } from '../../../shared/types'
import type { Ui } from '../../start'
import { UNBORN } from '../../threads'
import { allowed, createBell, createSpeaker } from './bell'
import { Sight } from './sight'

/**
 * none       there is no call
 * asking     it is explained what the microphone is for, or why there is none
 * calling    it rings at the team
 * ringing    somebody of the team calls
 * talking    this tab is in the call, or speaks a message onto a tape
 * elsewhere  another tab, or another device, is
 * over       it has ended, and there is something to say about it
 */
export type Step = 'none' | 'asking' | 'calling' | 'ringing' | 'talking' | 'elsewhere' | 'over'

/** Milliseconds for which the end of a good call is told. */
const FAREWELL = 6_000

/** The visitor's calls, as one tab sees them. Everything that shows of them is drawn from here. */
export class Desk {
  step: Step = 'none'
  call: Call | null = null
  state: LineState = 'connecting'
  /** Why there is no microphone. */
  why: NoDevice | null = null
  /** What was refused: the reason or the code of an error of the hub. */
  problem = ''
  isMuted = false
  /** Whether the call fills the chat; else it is a bar above it. */
  isLarge = true
  /** Whether the browser will ask for the microphone. */
  willAsk = true
  readonly sight = new Sight()

  readonly leg: string
  #line: Line | null = null
  #voice: MediaStream | null = null
  #ice: IceServer[] | null = null
  #session: VisitorSession | null = null
  #isGivenUp = false
  #farewell = 0
  readonly #bell
  readonly #speaker = createSpeaker()

  constructor(readonly ui: Ui) {
    const { visit } = ui.chat
    this.#bell = createBell(ui)
    this.leg = visit.get('leg') ?? newId()
    visit.set('leg', this.leg)
  }

  /** Called with every drawing: what the hub said meanwhile. */
  look(): void {
    const { chat } = this.ui
    const session = chat.session()
    if (session && session !== this.#session) {
      this.#session = session
      this.#greeted(session.calls)
    }
    for (const [name, payload] of chat.rung.splice(0)) {
      if (/offer|answer|candidate/.test(name)) this.#line?.signal(name, payload as CallSignal)
      else this.#see(payload as Call)
    }
  }

  // ——— what the visitor does

  /** The call button: at once where the browser knows the answer already, else with a word before it asks. */
  async wish(): Promise<void> {
    if (!['none', 'over'].includes(this.step)) return this.#show(this.step, { isLarge: true })
    this.#forget()
    const answer = await allowed()
    this.willAsk = answer !== 'granted'
    if (answer === 'granted') await this.dial()
    else this.#show('asking', { why: answer === 'denied' ? 'refused' : null })
  }

  /** Opens the microphone and calls. */
  async dial(): Promise<void> {
    if (!(await this.#listen())) return this.#show('asking')
    const { chat } = this.ui
    const conversation = chat.current()?.id
    this.#isGivenUp = false
    this.#show('calling')
    this.#bell.wait()
    try {
      const { call, ice } = await this.#send('call.start', {
        client_id: newId(), leg: this.leg, conversation: conversation && conversation < UNBORN ? conversation : undefined,
      })
      this.#ice = ice
      if (this.#isGivenUp) await this.#send('call.hangup', { call: call.id })
      else this.#see(call)
    } catch (error) {
      this.#failed(error as WireError)
    }
  }

  async accept(): Promise<void> {
    const call = this.call!
    this.#bell.silence()
    if (!(await this.#listen())) return this.#redraw()
    try {
      const taken = await this.#send('call.accept', { call: call.id, leg: this.leg })
      this.#ice = taken.ice
      this.#see(taken.call)
    } catch (error) {
      this.#failed(error as WireError)
    }
  }

  /** Hangs up, gives up, declines, or puts away what stands here. */
  end(): void {
    const { call, step } = this
    this.#isGivenUp = true
    // A spoken message is thanked for when it is there.
    if (call?.state === 'message') return void this.#send('call.hangup', { call: call.id }).catch((error) => this.#failed(error))
    if (call && call.state !== 'ended' && step !== 'elsewhere') this.#send(step === 'ringing' ? 'call.decline' : 'call.hangup', { call: call.id }).catch(() => {})
    this.#forget()
    this.#show('none')
  }

  mute(): void {
    this.isMuted = !this.isMuted
    this.#line?.muted(this.isMuted)
    this.#send('call.mute', { call: this.call!.id, on: this.isMuted }).catch(() => {})
    this.#redraw()
  }

  enlarge(isLarge: boolean): void {
    this.#show(this.step, { isLarge })
  }

  retry(): void {
    void this.#line?.restart()
    this.#show(this.step, { state: 'connecting' })
  }

  /** The camera, or what is on the screen: on and off. */
  picture(what: 'camera' | 'screen'): Promise<void> {
    return this.sight.toggle(what, () => this.#line, () => this.#redraw())
  }

  /** Goes on in writing, with words for it where there are some. */
  write(text?: string): void {
    const { chat, stage } = this.ui
    if (this.step === 'ringing') this.end()
    this.#forget()
    this.#show('none')
    chat.setOpen(true)
    chat.shelf.set('spoken', '1')
    if (text) chat.outbox.add({ client_id: newId(), text, attachments: [], conversation: chat.current()?.id })
    setTimeout(() => stage.find('textarea')?.focus())
  }

  stop(): void {
    if (this.call && this.#line) this.#send('call.hangup', { call: this.call.id }).catch(() => {})
    this.#forget()
  }

  // ——— what the hub says

  #greeted(calls: Call[] | undefined): void {
    const call = calls?.[0]
    if (call) {
      const isBack = call.legs.contact === this.leg && !this.#ice
      this.#see(call)
      if (isBack) void this.#comeBack(call)
      else void this.#line?.back()
    } else if (this.call && this.step !== 'over') {
      if (calls) this.#see({ ...this.call, state: 'ended', reason: 'lost', revision: this.call.revision + 1 })
      else void this.#line?.back()
    }
  }

  /** The page was loaded anew in the middle of a call. */
  async #comeBack({ id }: Call): Promise<void> {
    // Who can't be heard any more hears at least.
    if (!(await this.#listen())) this.#voice = new MediaStream()
    try {
      const { call, ice } = await this.#send('call.rejoin', { call: id, leg: this.leg })
      this.#ice = ice
      this.#see(call)
    } catch (error) {
      this.#failed(error as WireError)
    }
  }

  #see(call: Call): void {
    const before = this.call?.id === call.id ? this.call : null
    if (before ? call.revision < before.revision || before.state === 'ended' : call.state === 'ended' && this.step !== 'calling') return
    this.call = call
    if (call.state === 'ended') return this.#over(call)
    if (call.legs.contact && call.legs.contact !== this.leg) return this.#elsewhere()
    if (call.state !== 'ringing' || call.answered) return this.#talk(call, before)
    if (call.legs.contact) return this.#show('calling')
    if (this.step === 'ringing') return
    void allowed().then((answer) => ((this.willAsk = answer !== 'granted'), this.#redraw()))
    // Whoever is writing goes on, with a bar above it.
    this.#show('ringing', { isLarge: this.ui.stage.focused()?.tagName !== 'TEXTAREA' })
    this.#bell.ring(call.by.name, () => this.step === 'ringing')
  }

  #elsewhere(): void {
    const call = this.call
    this.#forget()
    this.call = call
    this.#show('elsewhere')
  }

  #talk(call: Call, before: Call | null): void {
    this.#bell.silence()
    // What comes with the answer to this tab's own word is needed first.
    if (!this.#ice || !this.#voice) return
    // Whoever is handed over waits for the colleague's device; on the server's way for music.
    const isMoved = before && (before.via !== call.via || (call.route === 'peer' && call.legs.agent && before.legs.agent !== call.legs.agent))
    if (!this.#line) {
      this.isMuted = call.muted.includes('contact')
      this.#line = this.#connect(call)
      this.#line.begin()
    } else if (isMoved) void this.#move(this.#line, call)
    this.#line.muted(this.isMuted)
    this.#line.held(call.held.length > 0)
    this.#show('talking')
  }

  /** Passwords of relays hold for a while only: with another way come new ones. */
  async #move(line: Line, { id, route }: Call): Promise<void> {
    const { ice } = await this.#send('call.rejoin', { call: id, leg: this.leg }).catch(() => ({ ice: this.#ice! }))
    if (line === this.#line) line.reroute(route, ice)
  }

  #connect(call: Call): Line {
    return new Line({
      call: call.id, leg: this.leg, side: 'contact', route: call.route, ice: this.#ice!, stream: this.#voice!,
      send: async (name, body) => {
        try {
          return await this.#send(name as 'call.rejoin', body as { call: number; leg: string })
        } catch (error) {
          if (name === 'call.rejoin' && /call_over|not_found/.test((error as WireError).code)) this.#failed(error as WireError)
          throw error
        }
      },
      heard: (stream) => {
        this.#speaker.play(stream)
        this.sight.person = stream
        this.#redraw()
      },
      seen: (screen) => {
        this.sight.shown = screen
        this.#redraw()
      },
      state: (state) => {
        this.state = state
        this.#redraw()
      },
    })
  }

  #over(call: Call): void {
    const wasElsewhere = this.step === 'elsewhere'
    // What the visitor did, here or on another tab, needs no word.
    const isOwnWord = this.step === 'none' || (call.direction === 'out' && call.reason === 'declined') || (call.direction === 'in' && call.reason === 'cancelled')
    this.#forget()
    if (wasElsewhere || isOwnWord) return this.#show('none')
    this.call = call
    this.#show('over', { isLarge: call.reason !== 'hung_up' })
    if (call.reason === 'hung_up') this.#farewell = setTimeout(() => this.step === 'over' && this.end(), FAREWELL)
  }

  // ——— within

  #failed({ code, details }: WireError): void {
    this.#forget()
    this.#show('over', { problem: details?.reason ?? code })
  }

  async #listen(): Promise<boolean> {
    this.why = null
    try {
      this.#voice ??= await openMicrophone()
      this.willAsk = false
      return true
    } catch (why) {
      this.why = why as NoDevice
      return false
    }
  }

  #forget(): void {
    this.#bell.silence()
    clearTimeout(this.#farewell)
    this.#line?.close()
    letGo(this.#voice)
    this.sight.stop()
    this.#speaker.stop()
    this.#line = this.#voice = this.#ice = this.call = this.why = null
    this.problem = ''
    this.isMuted = false
    this.isLarge = true
    this.state = 'connecting'
  }

  #show(step: Step, more: Partial<Pick<Desk, 'isLarge' | 'why' | 'problem' | 'state'>> = {}): void {
    const { stage } = this.ui
    const hadFocus = !!stage.focused()?.closest('.call')
    Object.assign(this, more, { step })
    this.#redraw()
    // What had the focus may be gone with what it was for.
    if (hadFocus) setTimeout(() => stage.focused()?.isConnected || (stage.find('.call') ?? stage.find('textarea'))?.focus())
  }

  #redraw(): void {
    this.ui.chat.redraw()
  }

  #send<Name extends keyof Commands>(name: Name, payload: Commands[Name][0]): Promise<Commands[Name][1]> {
    return this.ui.chat.socket().send(name, payload)
  }
}
