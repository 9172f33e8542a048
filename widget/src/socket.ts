import type { Commands, WireError } from '../shared/types'

/**
 * A Socket.IO v5 client over WebSocket, for one namespace: acks, a watch on the server's pings, and a reconnect
 * with jitter. It keeps nothing to send later: what must not be lost waits in the outbox.
 */
export type Socket = {
  /**
   * Resolves with the ack; rejects with a WireError, at once when there is no connection. What the server has no room for
   * yet goes out again when it says, all but typing: by then it is news of yesterday.
   */
  send<Name extends keyof Commands>(name: Name, payload: Commands[Name][0]): Promise<Commands[Name][1]>
  /** Comes back with a fresh `auth`: after another sign-in, or when the server drains (then after `delay`). */
  reconnect(delay?: number): void
  close(): void
}

export type SocketHooks = {
  auth(): object
  /** Whether there may be a connection at all. */
  wanted(): boolean
  event(name: string, payload: never): void
  down(): void
  /** The server said no for good; `reconnect` tries again. */
  refused(error: WireError): void
  /** The page came back from the background with the connection seemingly whole. */
  woken(): void
}

const ACK_TIMEOUT = 10_000
/** Time for the WebSocket, the handshake and the namespace together. */
const CONNECT_TIMEOUT = 20_000
const FIRST_DELAY = 500
const LAST_DELAY = 15_000

const unavailable: WireError = { code: 'unavailable', message: 'offline', retryable: true }

/** Milliseconds until the server takes it; more or less, so that those who were refused together do not come back together. */
const backoffOf = ({ retry_after }: WireError): number | undefined => retry_after && retry_after * 1000 * (1 + Math.random())

export function openSocket(address: string, namespace: string, hooks: SocketHooks): Socket {
  const prefix = namespace + ','
  const waiting = new Map<number, (ack?: unknown) => void>()
  const listeners = new AbortController()
  let link: WebSocket | null = null
  let joined = false
  let stopped = false
  let attempts = 0
  let lastAck = 0
  let patience = CONNECT_TIMEOUT
  let deadline = 0
  let retryTimer = 0
  let watchTimer = 0

  function connect(): void {
    clearTimeout(retryTimer)
    if (link || stopped || !hooks.wanted()) return
    const mine = (link = new WebSocket(address))
    patience = CONNECT_TIMEOUT
    watch()
    mine.onmessage = ({ data }) => mine === link && receive(String(data))
    mine.onclose = () => mine === link && lost()
  }

  /** Any frame proves that the other side lives; silence beyond its promise ends the connection. */
  function watch(): void {
    clearTimeout(watchTimer)
    deadline = Date.now() + patience
    watchTimer = setTimeout(() => lost(), patience)
  }

  function receive(frame: string): void {
    if (joined || frame[0] === '0') watch()
    try {
      if (frame[0] === '0') shakeHands(JSON.parse(frame.slice(1)))
      else if (frame[0] === '2') link!.send('3' + frame.slice(1))
      else if (frame[0] === '1') lost()
      else if (frame[0] === '4' && frame.startsWith(prefix, 2)) packet(frame[1]!, frame.slice(2 + prefix.length))
    } catch {
      lost() // A frame that nobody can read: what followed it can't be trusted either.
    }
  }

  function shakeHands(terms: { pingInterval: number; pingTimeout: number }): void {
    link!.send(`40${prefix}${JSON.stringify(hooks.auth())}`)
    watch()
    patience = terms.pingInterval + terms.pingTimeout
  }

  function packet(kind: string, rest: string): void {
    const [id] = /^\d*/.exec(rest)!
    const body = JSON.parse(rest.slice(id.length) || 'null')
    if (kind === '0') {
      joined = true
      attempts = 0
      watch()
    } else if (kind === '2') hooks.event(body[0], body[1] as never)
    else if (kind === '3') waiting.get(+id)?.(body[0])
    else if (kind === '4') refuse(body.data)
    else if (kind === '1') lost()
  }

  function refuse(error: WireError = unavailable): void {
    if (!error.retryable) stopped = true
    lost(backoffOf(error))
    if (stopped) hooks.refused(error)
  }

  function lost(delay?: number): void {
    const old = link
    link = null
    joined = false
    clearTimeout(watchTimer)
    clearTimeout(retryTimer)
    old?.close()
    for (const settle of [...waiting.values()]) settle()
    hooks.down()
    if (stopped) return
    // Half of the delay is chance: a thousand visitors of a server that restarts must not come back at once.
    const backoff = Math.min(LAST_DELAY, FIRST_DELAY * 2 ** attempts++) * (0.5 + Math.random() / 2)
    retryTimer = setTimeout(connect, delay ?? backoff)
  }

  /** Timers sleep with the machine, so on waking the clock is asked. */
  function wake(): void {
    if (stopped || document.hidden) return
    if (link && Date.now() > deadline) lost()
    if (!link) connect()
    else if (joined) hooks.woken()
  }

  const on = (target: EventTarget, name: string, act: (event: Event) => void): void =>
    target.addEventListener(name, act, { signal: listeners.signal })
  on(window, 'online', wake)
  on(document, 'visibilitychange', wake)
  on(window, 'offline', () => link && lost())
  // A page with an open socket can't be kept for the back button.
  on(window, 'pagehide', () => {
    stopped = true
    if (link) lost()
  })
  on(window, 'pageshow', (event) => {
    if (!(event as PageTransitionEvent).persisted) return
    stopped = false
    connect()
  })

  connect()

  const send: Socket['send'] = (name, payload) =>
    new Promise((resolve, reject) => {
      if (!joined) return reject(unavailable)
      if (Date.now() > deadline) {
        lost()
        return reject(unavailable)
      }
      const id = ++lastAck
      const timer = setTimeout(() => settle(), ACK_TIMEOUT)
      const settle = (ack?: unknown): void => {
        clearTimeout(timer)
        waiting.delete(id)
        const answer = (ack ?? { error: unavailable }) as { ok?: true; error: WireError }
        if (answer.ok) resolve(answer as never)
        else if (name !== 'typing' && backoffOf(answer.error)) setTimeout(() => resolve(send(name, payload)), backoffOf(answer.error))
        else reject(answer.error)
      }
      waiting.set(id, settle)
      link!.send(`42${prefix}${id}${JSON.stringify([name, payload])}`)
    })

  return {
    send,
    reconnect(delay = 0) {
      stopped = false
      lost(delay)
    },
    close() {
      stopped = true
      listeners.abort()
      if (link) lost()
    },
  }
}
