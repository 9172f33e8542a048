import { letGo, openMicrophone, type NoDevice } from './devices'

/**
 * Where the way of a call can break, in the order in which a call takes it.
 *
 * microphone  the browser lends it
 * stun        a server answers which address this device has
 * turn_udp    the relay takes lines by UDP, the best way
 * turn_tcp    by TCP, where UDP is closed
 * turn_tls    by TLS, which passes nearly everywhere
 * relay       what one line of the relay sends, the other one gets
 */
export type Hop = 'microphone' | 'stun' | 'turn_udp' | 'turn_tcp' | 'turn_tls' | 'relay'

/**
 * Why a hop is broken; each has its own remedy (docs/turn.md).
 *
 * silent     no answer: the address is wrong, the server is down, or a firewall is before it
 * password   it does not take the password: the secrets differ, or a clock is wrong
 * full       it gives out no more lines (quota)
 * refused    it says no for another reason; `code` is its own
 * lost       lines are there, but nothing comes through: external-ip, closed ports, or a denied address
 */
export type Broken = NoDevice | 'silent' | 'password' | 'full' | 'refused' | 'lost'

/** `ok` is null where the hop is not set up; `milliseconds` how long it took. */
export type Verdict = { hop: Hop; ok: boolean | null; why?: Broken; code?: number; url?: string; milliseconds?: number }

type Way = { hop: Hop; url: string; server: RTCIceServer }

/** Milliseconds for each hop: browsers ask a silent server for nine seconds. */
const WITHIN = 12_000

/**
 * Tries one hop after the other, tells of each, and resolves with all. `ice` is what a device of a call gets from the hub; it
 * rejects never.
 */
export async function checkCalls(ice: RTCIceServer[], tell: (verdict: Verdict) => void = () => {}, within = WITHIN): Promise<Verdict[]> {
  const found: Verdict[] = []
  const note = (verdict: Verdict): void => {
    found.push(verdict)
    tell(verdict)
  }
  note(await timed({ hop: 'microphone' }, microphone))
  const ways = ice.flatMap((server) => [server.urls].flat().map((url): Way => ({ hop: hopOf(url), url, server })))
  for (const hop of ['stun', 'turn_udp', 'turn_tcp', 'turn_tls'] as const) {
    const here = ways.filter((way) => way.hop === hop)
    if (!here.length) note({ hop, ok: null })
    for (const way of here) note(await timed({ hop, url: way.url }, () => reach(way, within)))
  }
  const good = ways.find(({ hop, url }) => hop !== 'stun' && found.some((verdict) => verdict.url === url && verdict.ok))
  note(good ? await timed({ hop: 'relay', url: good.url }, () => through(good, within)) : { hop: 'relay', ok: null })
  return found
}

/** The first hop that is broken, which explains those after it; undefined where a call gets through everywhere. */
export const brokenIn = (verdicts: Verdict[]): Verdict | undefined => verdicts.find(({ ok }) => ok === false)

/** Which hop an address stands for (RFC 7064 and 7065). */
export function hopOf(url: string): Hop {
  if (/^stuns?:/.test(url)) return 'stun'
  if (/^turns:/.test(url)) return 'turn_tls'
  return /transport=tcp/.test(url) ? 'turn_tcp' : 'turn_udp'
}

type Outcome = Pick<Verdict, 'ok' | 'why' | 'code'>

async function timed(what: Pick<Verdict, 'hop' | 'url'>, act: () => Promise<Outcome>): Promise<Verdict> {
  const began = performance.now()
  return { ...what, ...(await act()), milliseconds: Math.round(performance.now() - began) }
}

async function microphone(): Promise<Outcome> {
  try {
    letGo(await openMicrophone())
    return { ok: true }
  } catch (why) {
    return { ok: false, why: why as NoDevice }
  }
}

/** Asks one server by one address, and nothing else. */
function reach({ hop, url, server }: Way, within: number): Promise<Outcome> {
  const link = new RTCPeerConnection({ iceServers: [{ ...server, urls: url }], iceTransportPolicy: hop === 'stun' ? 'all' : 'relay' })
  link.createDataChannel('check')
  return new Promise<Outcome>((resolve) => {
    let no: Outcome | undefined
    link.onicecandidate = ({ candidate }) => {
      if (candidate?.type === (hop === 'stun' ? 'srflx' : 'relay')) resolve({ ok: true })
      // A device whose address is its public one gets no other: where nothing was wrong, the answer was that.
      else if (!candidate) resolve(no ?? (hop === 'stun' ? { ok: true } : { ok: false, why: 'silent' }))
    }
    link.onicecandidateerror = ({ errorCode }) => void (no = { ok: false, why: whyOf(errorCode), code: errorCode })
    setTimeout(() => resolve(no ?? { ok: false, why: 'silent' }), within)
    void link.setLocalDescription()
  }).finally(() => link.close())
}

/** Codes of RFC 8656, section 19; those from 700 on are the browser's own, for a server that it can't reach. */
function whyOf(code: number): Broken {
  if (code === 401 || code === 438) return 'password'
  if (code === 486 || code === 508) return 'full'
  return code >= 700 ? 'silent' : 'refused'
}

/** Sends a word from one line of the relay to another one. */
function through({ url, server }: Way, within: number): Promise<Outcome> {
  const settings: RTCConfiguration = { iceServers: [{ ...server, urls: url }], iceTransportPolicy: 'relay' }
  const [one, other] = [new RTCPeerConnection(settings), new RTCPeerConnection(settings)]
  const ready = (async () => {
    one.onicecandidate = ({ candidate }) => candidate && void other.addIceCandidate(candidate).catch(() => {})
    other.onicecandidate = ({ candidate }) => candidate && void one.addIceCandidate(candidate).catch(() => {})
    const channel = one.createDataChannel('check')
    channel.onopen = () => channel.send('word')
    const heard = new Promise<Outcome>((resolve) => {
      other.ondatachannel = ({ channel }) => void (channel.onmessage = () => resolve({ ok: true }))
    })
    await one.setLocalDescription()
    await other.setRemoteDescription(one.localDescription!)
    await other.setLocalDescription()
    await one.setRemoteDescription(other.localDescription!)
    return heard
  })()
  const late = new Promise<Outcome>((resolve) => setTimeout(() => resolve({ ok: false, why: 'lost' }), within))
  return Promise.race([ready, late]).finally(() => [one, other].forEach((link) => link.close()))
}
