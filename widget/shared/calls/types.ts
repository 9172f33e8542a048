import type { Call, CallSide, CallSignal } from '../types'
import type { Quality } from './quality'

export type Route = Call['route']
export type Side = CallSide
export type Signal = CallSignal
export type SignalName = 'call.offer' | 'call.answer' | 'call.candidate'

/**
 * connecting  the devices look for a way to each other
 * connected   they hear each other
 * weak        they do, and it will be noticed that the network is bad
 * away        they did; a new way is being looked for
 * failed      no way was found; `restart` looks once more
 */
export type LineState = 'connecting' | 'connected' | 'weak' | 'away' | 'failed'

export type LineSetting = {
  call: number
  /** The random word of this device, as it said it to the hub. */
  leg: string
  side: Side
  route: Route
  ice: RTCIceServer[]
  /** The microphone. Whoever opened it closes it. */
  stream: MediaStream
  /** Tells the hub; rejects where there is no connection with it. `call.rejoin` answers `{ call: { route }, ice }`. */
  send(name: SignalName | 'call.rejoin', body: object): Promise<unknown>
  /** What is heard, and the other side's camera: one stream as long as the line lives, said anew when its tracks change. */
  heard(stream: MediaStream): void
  state(state: LineState): void
  /** Every two seconds while connected. */
  quality?(quality: Quality): void
  /** The other side's screen; null when it is shown no more. */
  seen?(screen: MediaStream | null): void
}
