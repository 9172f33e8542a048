import { Line, type LineState, type Quality } from '@shared/calls/line'
import { letGo } from '@shared/calls/devices'
import type { Call, CallSignal, IceServer } from '@shared/types'
import type { Live } from '../live/live'
import { holdLeg, keepCall } from './kept'
import type { Mine, Phase, Sound } from './phone-state'

const PHASES: Record<LineState, Phase> = { connecting: 'connecting', connected: 'talking', weak: 'talking', away: 'reconnecting', failed: 'failed' }
/** Where a listener begins to notice the way there and back (seconds), and the share that gets lost. */
const SLOW = 0.25
const LOSSY = 0.02
/** Signals that are kept until there is a line. */
const EARLY = 100

/** What one holds in a call: the line to the other device, the microphone, and the name of this device. */
export class Receiver {
  private line: Line | undefined
  private ice: IceServer[] = []
  private early: [string, CallSignal][] = []
  private release: (() => void) | undefined
  private weak = false
  /** Grows with each other way: of several that are asked for at once the last one is gone. */
  private moves = 0
  private isMoving = false

  constructor(private readonly live: Live, private readonly tell: (part: Partial<Mine>) => void) {}

  /** Takes the call of this window: a reload finds it again, and another window does not. */
  take(call: Call, leg: string, ice: IceServer[], release?: () => void): void {
    this.ice = ice
    keepCall({ call: call.id, leg })
    if (release) this.release = release
    else void holdLeg(leg).then((held) => { this.release = held })
  }

  /** Connects with the other device; `again` where the call went on before this page. */
  connect({ call, leg, microphone }: Mine, again = false): void {
    this.line?.close()
    this.isMoving = false
    const line = new Line({
      call: call.id, leg, side: 'agent', route: call.route, ice: this.ice, stream: microphone,
      send: (name, body) => this.live.link.ask(name, body as never),
      heard: (heard) => this.tell({ heard, tracks: Date.now() }),
      seen: (screen) => this.tell({ screen, tracks: Date.now() }),
      state: (state) => {
        this.weak = state === 'weak'
        this.tell({ phase: PHASES[state], ...(state === 'connected' || state === 'weak' ? {} : { sound: null }) })
      },
      quality: (quality) => this.tell({ sound: this.soundOf(quality) }),
    })
    this.line = line
    this.set(call)
    line.begin({ again })
    this.hearEarly()
  }

  /** Does what the hub says of the call. */
  set(call: Call): void {
    this.line?.muted(call.muted.includes('agent'))
    this.line?.held(call.held.length > 0)
  }

  /**
   * The call is with another device, or goes another way, from now on. Passwords of relays hold for a while only: with another
   * way come new ones, and what the other device says meanwhile waits.
   */
  async reroute(call: Call, leg: string): Promise<void> {
    const { line } = this
    if (!line) return
    const move = ++this.moves
    this.isMoving = true
    const { ice } = await this.live.link.ask('call.rejoin', { call: call.id, leg }).catch(() => ({ ice: this.ice }))
    if (line !== this.line || move !== this.moves) return
    this.ice = ice
    this.isMoving = false
    line.reroute(call.route, ice)
    this.hearEarly()
  }

  signal(name: string, signal: CallSignal): void {
    if (this.line && !this.isMoving) this.line.signal(name, signal as never)
    else this.early = [...this.early, [name, signal] as [string, CallSignal]].slice(-EARLY)
  }

  muted = (on: boolean): void => this.line?.muted(on)
  press = (digit: string): boolean => this.line?.dtmf(digit) ?? false
  microphone = (stream: MediaStream): void => this.line?.microphone(stream)
  /** The link to the hub is back: it hears that this device is there, and what broke is mended, unless another way is taken anyhow. */
  back(): void {
    if (!this.isMoving) void this.line?.back()
  }
  restart = (): void => void this.line?.restart()

  /** Nothing of the call is left in this window. */
  putDown(microphone: MediaStream | undefined): void {
    this.line?.close()
    this.line = undefined
    this.isMoving = false
    this.early = []
    letGo(microphone)
    this.release?.()
    this.release = undefined
    keepCall(null)
  }

  private hearEarly(): void {
    for (const [name, signal] of this.early.splice(0)) this.line?.signal(name, signal as never)
  }

  private soundOf({ rtt, loss }: Quality): Sound {
    return this.weak ? 'bad' : (rtt ?? 0) > SLOW || loss > LOSSY ? 'fair' : 'good'
  }
}
