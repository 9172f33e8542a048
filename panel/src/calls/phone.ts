import { letGo, openMicrophone } from '@shared/calls/devices'
import { newId } from '@shared/ids'
import type { Call, CallSignal, IceServer } from '@shared/types'
import { CommandError } from '../live/connection'
import { known, type Live } from '../live/live'
import type { Callee } from './dial'
import { devices } from './devices'
import { claimLeg, keepCall, keptCall, type KeptCall } from './kept'
import { Notes } from './notes'
import { Told, type Mine, type PhoneState } from './phone-state'
import { Receiver } from './receiver'

/** Milliseconds until a device asks once more whether it is still in its call. */
const AGAIN = 1_000

/** The telephone of one window: takes and makes calls, holds the one line that it has, and is the same after a reload. */
export class Phone extends Told<PhoneState> {
  private readonly receiver: Receiver
  /** The name under which this device asks for a call, as long as the server has not answered. */
  private asking = ''
  private again: ReturnType<typeof setTimeout> | undefined
  readonly notes: Notes

  constructor(private readonly live: Live) {
    super({ mine: null, over: null, failed: null, busy: false, handed: null })
    this.receiver = new Receiver(live, (part) => this.part(part))
    this.notes = new Notes(live)
  }

  /** Listens to the hub until the answer is called. */
  start(): () => void {
    const deaf = this.live.hear({ call: (name, told) => ('state' in told ? this.heardCall(told) : this.heardSignal(name, told)), back: () => void this.back() })
    void this.back()
    return () => {
      deaf()
      clearTimeout(this.again)
      // Signed out: what was kept for a reload is of no use to anybody else.
      this.let()
    }
  }

  /** Takes a call that rings. */
  answer(call: Call): Promise<void> {
    return this.try(async () => {
      const leg = newId()
      const [microphone, taken] = await this.lent(leg, () => this.live.link.ask('call.accept', { call: call.id, leg }))
      this.begin(taken.call, leg, microphone, taken.ice)
    })
  }

  /** Calls somebody. Where nobody is there to be rung, the call is over at once. */
  call({ contact, conversation, number }: Callee): Promise<void> {
    return this.try(async () => {
      const leg = newId()
      const to = number ? { kind: 'phone' as const, id: contact.id, number } : { kind: 'contact' as const, id: contact.id }
      const where = conversation && !number ? { conversation } : { to }
      const [microphone, started] = await this.lent(leg, () => this.live.link.ask('call.start', { client_id: newId(), leg, ...where }))
      if (started.call.state !== 'ended') return this.begin(started.call, leg, microphone, started.ice)
      letGo(microphone)
      this.let({ over: started.call })
    })
  }

  /** Goes on here with a call that another device of this agent has. */
  takeOver(call: Call): Promise<void> {
    return this.try(async () => {
      const leg = newId()
      const [microphone, taken] = await this.lent(leg, () => this.live.link.ask('call.rejoin', { call: call.id, leg, here: true }))
      this.begin(taken.call, leg, microphone, taken.ice, {})
    })
  }

  decline(call: Call): Promise<void> {
    return this.try(async () => this.learn((await this.live.link.ask('call.decline', { call: call.id })).call))
  }

  hangUp = (): Promise<void> => this.tell(({ call }) => this.live.link.ask('call.hangup', { call: call.id }))
  hold = (on: boolean): Promise<void> => this.tell(({ call }) => this.live.link.ask(on ? 'call.hold' : 'call.resume', { call: call.id }))

  record = (state: 'on' | 'paused'): Promise<void> => this.tell(({ call }) => this.live.link.ask('call.record', { call: call.id, state }))

  mute(on: boolean): Promise<void> {
    // At once: whoever covers their mouth does not wait for a server.
    this.receiver.muted(on)
    return this.tell(({ call }) => this.live.link.ask('call.mute', { call: call.id, on }))
  }

  /** Gives the call to a colleague, whose devices ring; without an answer it comes back. */
  handOver(agent: { id: number; name: string }): Promise<void> {
    return this.try(async () => {
      const call = this.get().mine?.call.id
      if (!call) return
      await this.live.link.ask('call.transfer', { call, agent: agent.id })
      this.let({ handed: agent.name })
    })
  }

  /** Asks a colleague while the contact waits; null goes back to the contact. */
  consult = (agent: number | null): Promise<void> => this.tell(({ call }) => this.live.link.ask('call.consult', { call: call.id, agent }))

  /** The colleague who was asked goes on with the contact. */
  join(agent: { id: number; name: string }): Promise<void> {
    return this.try(async () => {
      const call = this.get().mine?.call.id
      if (!call) return
      await this.live.link.ask('call.transfer', { call, agent: agent.id, consulted: true })
      this.let()
    })
  }

  press = (digit: string): boolean => this.receiver.press(digit)
  restart = (): void => this.receiver.restart()

  /** Speaks with the chosen microphone from now on. */
  changeMicrophone(): Promise<void> {
    return this.try(async () => {
      const before = this.get().mine?.microphone
      if (!before) return
      const microphone = await openMicrophone(devices().microphone)
      if (!this.get().mine) return letGo(microphone)
      this.receiver.microphone(microphone)
      letGo(before)
      this.part({ microphone })
    })
  }

  forget(what: 'over' | 'failed' | 'handed'): void {
    this.put({ [what]: null })
  }

  /** What the server answers, with a microphone that is open; nobody's where it refuses. */
  private async lent<Answer>(leg: string, ask: () => Promise<Answer>): Promise<[MediaStream, Answer]> {
    const microphone = await openMicrophone(devices().microphone)
    this.asking = leg
    try {
      return [microphone, await ask()]
    } catch (error) {
      letGo(microphone)
      throw error
    } finally {
      this.asking = ''
    }
  }

  private begin(call: Call, leg: string, microphone: MediaStream, ice: IceServer[], kept?: { release?: () => void }): void {
    this.receiver.take(call, leg, ice, kept?.release)
    this.learn(call)
    const mine: Mine = { call, leg, microphone, heard: null, tracks: 0, screen: null, sound: null, phase: call.state === 'talking' ? 'connecting' : 'calling' }
    this.put({ mine, over: null, handed: null })
    if (call.state === 'talking') this.receiver.connect(mine, kept !== undefined)
  }

  private readonly heardCall = (call: Call): void => {
    const { mine } = this.get()
    if (mine?.call.id !== call.id || call.revision < mine.call.revision) return
    if (call.state === 'ended') return this.let({ over: call })
    if (call.legs.agent !== mine.leg && call.consult?.leg !== mine.leg) return this.let()
    const taken = mine.call.state === 'ringing' && call.state === 'talking'
    const now: Mine = { ...mine, call, phase: taken ? 'connecting' : mine.phase }
    this.put({ mine: now })
    if (taken) return this.receiver.connect(now)
    this.receiver.set(call)
    if (call.legs.contact !== mine.call.legs.contact || call.via !== mine.call.via) void this.receiver.reroute(call, now.leg)
  }

  private readonly heardSignal = (name: string, signal: CallSignal): void => {
    if (signal.to === (this.get().mine?.leg ?? this.asking)) this.receiver.signal(name, signal)
  }

  /** The link to the hub is there (again): it hears that this device still is, and says what became of the call. */
  private async back(): Promise<void> {
    clearTimeout(this.again)
    if (this.live.store.get().phase !== 'online') return
    const { mine } = this.get()
    const kept = mine ? { call: mine.call.id, leg: mine.leg } : keptCall()
    if (!kept) return
    try {
      if (!mine) return await this.rejoin(kept)
      const { call } = await this.live.link.ask('call.rejoin', kept)
      this.learn(call)
      this.heardCall(call)
      this.receiver.back()
    } catch (error) {
      if (this.get().mine?.leg !== mine?.leg) return
      if (isNoDevice(error)) this.put({ failed: error })
      else if (isGone(error)) this.let()
      // Whatever else was wrong may pass, and the other side is still there.
      else this.again = setTimeout(() => void this.back(), AGAIN)
    }
  }

  private async rejoin(kept: KeptCall): Promise<void> {
    const isHere = ({ id, legs, consult, state }: Call) => id === kept.call && state !== 'ended' && (legs.agent === kept.leg || consult?.leg === kept.leg)
    if (!this.live.store.get().calls.some(isHere)) return keepCall(null)
    const release = await claimLeg(kept.leg)
    if (!release) return
    let held = false
    try {
      if (this.get().mine) return
      this.put({ failed: null, busy: true })
      const [microphone, { call, ice }] = await this.lent(kept.leg, () => this.live.link.ask('call.rejoin', kept))
      held = call.state !== 'ended' && !this.get().mine
      if (held) return this.begin(call, kept.leg, microphone, ice, { release })
      letGo(microphone)
      if (!this.get().mine) this.let({ over: call })
    } finally {
      this.put({ busy: false })
      if (!held) release()
    }
  }

  /** What an answer said of a call. */
  private learn(call: Call): void {
    // An event may have told of what came later already.
    this.live.store.change(({ calls }) => (calls.some(({ id, revision }) => id === call.id && revision > call.revision) ? null : { calls: known(calls, call) }))
  }

  private let(more: Partial<PhoneState> = {}): void {
    const { mine } = this.get()
    this.receiver.putDown(mine?.microphone)
    if (more.over) this.learn(more.over)
    this.put({ mine: null, ...more })
  }

  private tell(ask: (mine: Mine) => Promise<{ call: Call }>): Promise<void> {
    return this.try(async () => {
      const { mine } = this.get()
      if (!mine) return
      const { call } = await ask(mine)
      this.learn(call)
      this.heardCall(call)
    })
  }

  private async try(act: () => Promise<void>): Promise<void> {
    this.put({ failed: null, busy: true })
    try {
      await act()
    } catch (failed) {
      this.put({ failed })
    } finally {
      this.put({ busy: false })
    }
  }

  private part(part: Partial<Mine>): void {
    const { mine } = this.get()
    if (mine) this.put({ mine: { ...mine, ...part } })
  }
}

/** Refusals after which this device has no part in its call any more. */
const isGone = (error: unknown): boolean => error instanceof CommandError && /^(not_found|call_over|forbidden)$/.test(error.wire.code)
/** What `openMicrophone` rejects with. */
const isNoDevice = (error: unknown): boolean => typeof error === 'string'
