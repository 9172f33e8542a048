import type { Ack, Call, CallSignal, Commands, Events, Ok, WireError } from '@shared/types'
import { io, type Socket } from 'socket.io-client'

/** A command without an answer for so long is lost: the link is half open, and a new one is made. */
const ANSWER_WITHIN = 10_000
/** A sleeping laptop wakes with a dead socket that still calls itself connected; this finds out. */
const PROBE_WITHIN = 3_000
/** After a refusal that may pass (too many, not ready): socket.io itself does not try again. */
const TRY_AGAIN_AFTER = 2_000

/** Milliseconds until the server takes it; more or less, so that those who were refused together do not come back together. */
const pause = (error: WireError | undefined): number => (error?.retry_after ?? 0) * 1_000 * (1 + Math.random())

export class CommandError extends Error {
  constructor(readonly wire: WireError) {
    super(wire.message)
  }
}

/** Nobody answered: the command may or may not have been done. Only idempotent ones are sent again. */
export class NoAnswer extends Error {}

type Listener = {
  [Name in keyof Events]?: (data: Events[Name]) => void
} & {
  /** All that is told of calls, by its name. */
  call: (name: string, told: Call | CallSignal) => void
  up: () => void
  down: () => void
  /** The sign-in is no longer good; nothing is tried again. */
  refused: (error: WireError) => void
}

/** One socket to the hub: commands that answer or fail, events as they come, and a link that always tries to come back. */
export class Connection {
  private readonly socket: Socket
  private again: ReturnType<typeof setTimeout> | undefined
  private closed = false

  constructor(token: string, private readonly on: Listener) {
    this.socket = io('/agent', {
      auth: { token },
      transports: ['websocket'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
      // Spread out, so that a restarted server isn't run over by everybody at once.
      randomizationFactor: 0.5,
      autoConnect: false,
    })
    for (const [name, hear] of Object.entries(on)) {
      if (!/^(up|down|refused|call)$/.test(name)) this.socket.on(name, hear as (data: unknown) => void)
    }
    this.socket.onAny((name: string, told) => name.startsWith('call.') && on.call(name, told))
    this.socket.on('drain', ({ retry_in }: Events['drain']) => this.comeBack(retry_in))
    this.socket.on('connect', on.up)
    this.socket.on('disconnect', (reason) => {
      on.down()
      if (reason === 'io server disconnect') this.comeBack(TRY_AGAIN_AFTER)
    })
    this.socket.on('connect_error', (error: Error & { data?: WireError }) => this.notConnected(error))
    for (const sign of ['online', 'focus', 'visibilitychange']) addEventListener(sign, this.probe)
  }

  start(): void {
    this.socket.connect()
  }

  stop(): void {
    this.closed = true
    clearTimeout(this.again)
    for (const sign of ['online', 'focus', 'visibilitychange']) removeEventListener(sign, this.probe)
    this.socket.removeAllListeners()
    this.socket.disconnect()
  }

  /**
   * The ack, if it is a good one. Never waits in socket.io's own buffer: what must survive is in our outbox. What is over a
   * limit was not done, and is asked again when the server says.
   */
  async ask<Name extends keyof Commands>(name: Name, data: Commands[Name][0], within = ANSWER_WITHIN): Promise<Ok<Commands[Name][1]>> {
    if (!this.socket.connected) throw new NoAnswer()
    let ack: Ack<Commands[Name][1]>
    try {
      ack = await this.socket.timeout(within).emitWithAck(name, data)
    } catch {
      this.reopen()
      throw new NoAnswer()
    }
    if (ack.ok) return ack
    const wait = pause(ack.error)
    if (!wait) throw new CommandError(ack.error)
    await new Promise((resolve) => setTimeout(resolve, wait))
    return this.ask(name, data, within)
  }

  /** For what is worth nothing later, such as typing. */
  tell<Name extends keyof Commands>(name: Name, data: Commands[Name][0]): void {
    if (this.socket.connected) this.socket.volatile.emit(name, data, () => {})
  }

  private notConnected(error: Error & { data?: WireError }): void {
    this.on.down()
    const wire = error.data
    if (wire && !wire.retryable && /^token_|^forbidden$/.test(wire.code)) this.on.refused(wire)
    // `active` says that socket.io tries again by itself: true without a network, false after a refusal.
    else if (!this.socket.active) this.comeBack(Math.max(TRY_AGAIN_AFTER, pause(wire)))
  }

  private comeBack(after: number): void {
    clearTimeout(this.again)
    this.again = setTimeout(() => this.reopen(), after)
  }

  private reopen(): void {
    if (this.closed) return
    if (this.socket.connected) this.socket.io.engine?.close()
    else if (!this.socket.active) this.socket.connect()
  }

  private readonly probe = () => {
    if (document.visibilityState !== 'visible') return
    if (this.socket.connected) this.ask('resume', { streams: {} }, PROBE_WITHIN).catch(() => {})
    else if (navigator.onLine && this.socket.active) {
      // Back on the network or in front of the person: don't sit out the rest of a back-off.
      this.socket.disconnect().connect()
    }
  }
}
