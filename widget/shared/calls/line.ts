import { createFeed } from './feed'
import type { Quality } from './quality'
import { isOf, originOf } from './sdp'
import type { LineSetting, LineState, Route, Side, Signal, SignalName } from './types'
import { createWatch } from './watch'

export type { LineSetting, LineState, Quality, Route, Side, Signal, SignalName }

/** An offer that nobody answers is made again: the other device may have come to its page a moment later. */
const ANSWER_WITHIN = 2_500
/** What a contact's restart takes to come here, with a slow network between. */
const AFTER_CONTACT = 1_500
const KEPT = 100

/**
 * One device's end of a call.
 *
 * On the route `peer` the contact's side makes the first offer, and either may offer later; where both do at once, the
 * contact gives way. On the route `server` each device offers to the server. A side whose page was
 * loaded anew has a new connection: whoever sees a description of another connection than before begins a new one, too.
 *
 * A line may be made before the hub has answered `call.accept`, and `begin` when it has: what is said meanwhile is kept.
 */
export class Line {
  #setting: LineSetting
  #link: RTCPeerConnection | undefined
  #feed
  /** Everything that changes a description waits its turn. */
  #turn: Promise<unknown> = Promise.resolve()
  /** The other side's connection. */
  #origin = ''
  /** What came before the description that it belongs to, or before there was a line. */
  #kept: RTCIceCandidateInit[] = []
  #early: [SignalName, Signal][] = []
  #offersHeard = 0
  #asking = 0
  #watch

  constructor(setting: LineSetting) {
    this.#setting = { ...setting }
    this.#feed = createFeed(setting)
    this.#watch = createWatch({ ...setting, mend: () => void this.restart() })
  }

  /** Connects. `again` where the call went on before this page: then this side offers, whichever it is. */
  begin({ again = false, ...more }: { again?: boolean; route?: Route; ice?: RTCIceServer[] } = {}): void {
    Object.assign(this.#setting, more)
    this.#watch.tell('connecting')
    void this.#next(() => this.#connect(again || this.#isFirst()))
  }

  /** Hears one of the hub's signals; those for other devices are none of its business. */
  signal(event: string, body: Signal): void {
    const { call, leg, route } = this.#setting
    if (body.call !== call || body.to !== leg) return
    // What is said on the other way waits until this side goes that way, too.
    if (!this.#link || (body.leg === 'server') !== (route === 'server')) {
      this.#early = [...this.#early, [event as SignalName, body] as [SignalName, Signal]].slice(-KEPT)
    } else void this.#next(() => this.#hear(event as SignalName, body))
  }

  /** Nothing of the own voice goes out. */
  muted(on: boolean): void {
    this.#feed.set({ muted: on })
  }

  /** Nothing goes out, and nothing comes in; from the server comes what it plays meanwhile. */
  held(on: boolean): void {
    this.#feed.set({ held: on })
  }

  /** Speaks with another microphone from now on. */
  microphone(stream: MediaStream): void {
    this.#feed.put('voice', stream.getAudioTracks()[0] ?? null)
  }

  /** Shows the camera, or no more; on the route `server` as soon as the two are joined straight again. */
  video(track: MediaStreamTrack | null): void {
    this.#feed.put('camera', track)
  }

  /** Shows the screen, or no more, as with the camera. */
  screen(track: MediaStreamTrack | null): void {
    this.#feed.put('screen', track)
  }

  /** Presses a key of the telephone; false where the other end hears none. */
  dtmf(digit: string): boolean {
    return this.#feed.dtmf(digit)
  }

  /** Goes another way from now on, or to another device (a call was handed over): a new connection. */
  reroute(route: Route, ice: RTCIceServer[]): void {
    Object.assign(this.#setting, { route, ice })
    this.#watch.mending(true)
    void this.#next(() => this.#connect(this.#isFirst()))
  }

  /** The connection with the hub came back: it is told, and what broke meanwhile is mended. */
  async back(): Promise<void> {
    const { route, side } = this.#setting
    if (route === 'server' && this.#link?.connectionState === 'connected') return void (await this.#rejoin().catch(() => {}))
    if (route === 'peer' && side === 'agent') {
      // Where the hub was away from both, the contact's restart is enough.
      const heard = this.#offersHeard
      await this.#rejoin().catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, AFTER_CONTACT))
      if (!this.#link || heard !== this.#offersHeard) return
    }
    await this.restart()
  }

  /** Looks for a new way. */
  async restart(): Promise<void> {
    const link = this.#link
    if (!link) return
    this.#watch.mending()
    try {
      // Passwords of relays hold for a while only, and the way may have become another one.
      await this.#rejoin()
    } catch {
      return this.#watch.later()
    }
    if (link !== this.#link) return
    await this.#next(() => {
      // What was never answered is begun anew; the server knows no other way.
      if (this.#setting.route === 'server' || !link.remoteDescription) return this.#connect(true)
      link.setConfiguration({ ...link.getConfiguration(), iceServers: this.#setting.ice })
      return this.#offer(true)
    })
  }

  close(): void {
    clearTimeout(this.#asking)
    this.#watch.stop()
    this.#link?.close()
    this.#link = undefined
    this.#early = []
    this.#feed.end()
  }

  // ——— one thing after the other

  #isFirst(): boolean {
    return this.#setting.route === 'server' || this.#setting.side === 'contact'
  }

  #next(act: () => unknown): Promise<unknown> {
    // What fails, fails with its connection: its state says so, and a new one is tried.
    return (this.#turn = this.#turn.then(act).catch((error) => console.debug('call', error)))
  }

  #hearEarly(): void {
    for (const [event, body] of this.#early.splice(0)) this.signal(event, body)
  }

  #say(name: SignalName, body: object): void {
    const { call, leg, send } = this.#setting
    send(name, { call, leg, ...body }).catch(() => {}) // Without the hub: `back` mends it.
  }

  async #rejoin(): Promise<void> {
    const { call, leg, send } = this.#setting
    const answer = (await send('call.rejoin', { call, leg })) as { call?: { route?: Route }; ice?: RTCIceServer[] }
    if (answer.ice) this.#setting.ice = answer.ice
    if (answer.call?.route) this.#setting.route = answer.call.route
  }

  // ——— the connection

  #connect(offers: boolean): Promise<void> | undefined {
    clearTimeout(this.#asking)
    this.#link?.close()
    const link = (this.#link = new RTCPeerConnection({ iceServers: this.#setting.ice, bundlePolicy: 'max-bundle' }))
    this.#origin = ''
    this.#kept = []
    this.#feed.join(link, this.#setting.route)
    link.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate || link !== this.#link) return
      const { sdpMid, sdpMLineIndex, usernameFragment } = candidate
      this.#say('call.candidate', { candidate: { candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment } })
    }
    // The first offer is made by rule, and only by one side.
    link.onnegotiationneeded = () => link === this.#link && link.remoteDescription && void this.#next(() => link === this.#link && this.#offer())
    this.#watch.join(link)
    this.#hearEarly()
    return offers ? this.#offer() : undefined
  }

  async #offer(restart = false): Promise<void> {
    const link = this.#link
    if (!link) return
    if (link.signalingState !== 'stable') return restart ? this.#connect(true) : undefined // What is new goes with the next one.
    if (restart) link.restartIce()
    await link.setLocalDescription()
    this.#ask(link, restart)
  }

  #ask(link: RTCPeerConnection, restart: boolean): void {
    clearTimeout(this.#asking)
    if (link !== this.#link || link.signalingState !== 'have-local-offer') return
    this.#say('call.offer', { sdp: link.localDescription!.sdp, restart })
    this.#asking = setTimeout(() => this.#ask(link, restart), ANSWER_WITHIN) as unknown as number
  }

  async #hear(event: SignalName, { sdp, candidate }: Signal): Promise<unknown> {
    let link = this.#link
    if (!link) return
    if (event === 'call.candidate') return this.#addWay(candidate!)
    const isServer = this.#setting.route === 'server'
    const isOther = !isServer && this.#origin !== '' && this.#origin !== originOf(sdp!)
    if (event === 'call.answer') {
      if (isOther) return this.#connect(true)
      if (link.signalingState !== 'have-local-offer') return
      await link.setRemoteDescription({ type: 'answer', sdp })
      clearTimeout(this.#asking)
    } else {
      // Both offered: the contact takes back its own. Whoever began anew has none of ours any more.
      if (link.signalingState !== 'stable' && this.#setting.side === 'agent' && !isOther) return
      this.#offersHeard++
      // An offer that is taken back ("rollback") leaves Chromium deaf for what comes in: rather a new connection.
      if (isOther || link.signalingState !== 'stable') this.#connect(false)
      link = this.#link!
      await link.setRemoteDescription({ type: 'offer', sdp })
      await link.setLocalDescription()
      this.#say('call.answer', { sdp: link.localDescription!.sdp })
    }
    this.#origin = originOf(sdp!)
    for (const kept of this.#kept.splice(0)) await this.#addWay(kept)
  }

  async #addWay(candidate: RTCIceCandidateInit): Promise<void> {
    const link = this.#link!
    if (link.remoteDescription && isOf(candidate, link.remoteDescription.sdp)) await link.addIceCandidate(candidate).catch(() => {})
    else this.#kept = [...this.#kept, candidate].slice(-KEPT)
  }
}
