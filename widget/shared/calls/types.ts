/** By which way two devices are joined: straight, or each with the server. */
export type Route = 'peer' | 'server'
export type Side = 'contact' | 'agent'

/** What one device of a call says to the other: `to` is the leg that it is for, `leg` the one that speaks. */
export type Signal = { call: number; to: string; leg: string; sdp?: string; restart?: boolean; candidate?: RTCIceCandidateInit }
export type SignalName = 'call.offer' | 'call.answer' | 'call.candidate'

/**
 * connecting  the devices look for a way to each other
 * connected   they hear each other
 * weak        they do, and it will be noticed that the network is bad
 * away        they did; a new way is being looked for
 * failed      no way was found; `restart` looks once more
 */
export type LineState = 'connecting' | 'connected' | 'weak' | 'away' | 'failed'
