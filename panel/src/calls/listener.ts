import { Line, type LineState } from '@shared/calls/line'
import { newId } from '@shared/ids'
import type { Call, CallSignal, IceServer } from '@shared/types'
import type { Live } from '../live/live'

export type Hearing = 'connecting' | 'on' | 'over' | 'failed'

const HEARING: Record<LineState, Hearing> = { connecting: 'connecting', connected: 'on', weak: 'on', away: 'connecting', failed: 'failed' }

/** Listens to a call of others: hears both sides, and says nothing. */
export class Listener {
  private readonly leg = newId()
  private readonly silence = new AudioContext()
  private line: Line | undefined
  private early: [string, CallSignal][] = []
  private via = 0
  private ice: IceServer[] = []
  private readonly deaf: () => void

  constructor(private readonly live: Live, private readonly call: number, private readonly heard: (stream: MediaStream) => void, private readonly tell: (hearing: Hearing) => void) {
    this.deaf = live.hear({ call: (name, told) => ('state' in told ? this.changed(told) : this.signal(name, told)) })
  }

  /** Begins; rejects where the hub refuses. */
  async start(): Promise<void> {
    const { call, ice } = await this.live.link.ask('call.listen', { call: this.call, leg: this.leg })
    this.via = call.via
    this.ice = ice
    // A line has a microphone: this one never hears anything.
    const { stream } = this.silence.createMediaStreamDestination()
    this.line = new Line({
      call: this.call, leg: this.leg, side: 'agent', route: 'server', ice, stream,
      send: (name, body) => (name === 'call.rejoin' ? Promise.resolve({}) : this.live.link.ask(name, body as never)),
      heard: this.heard,
      state: (state) => this.tell(HEARING[state]),
    })
    this.line.begin()
    for (const [name, signal] of this.early.splice(0)) this.line.signal(name, signal as never)
  }

  /** Listens no more. */
  stop(): void {
    this.end()
    void this.live.link.ask('call.leave', { call: this.call }).catch(() => {})
  }

  private changed(call: Call): void {
    if (call.id !== this.call) return
    if (call.state === 'ended' || call.route !== 'server') {
      this.end()
      this.tell('over')
    } else if (call.via !== this.via) {
      this.via = call.via
      this.line?.reroute('server', this.ice)
    }
  }

  private signal(name: string, signal: CallSignal): void {
    if (signal.to !== this.leg) return
    if (this.line) this.line.signal(name, signal as never)
    else this.early.push([name, signal])
  }

  private end(): void {
    this.deaf()
    this.line?.close()
    this.line = undefined
    void this.silence.close().catch(() => {})
  }
}
