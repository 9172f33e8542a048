import type { Call, CallSide, CallSignal } from '../types'

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
