/** The connection that a description is of: a number that stays the same as long as the connection lives (RFC 8829, 5.2.1). */
export const originOf = (sdp: string): string => /^o=\S+ (\S+)/m.exec(sdp)?.[1] ?? ''

/** Whether a way to a device belongs to this description of it, and not to one that came before or is still to come. */
export function isOf({ usernameFragment, candidate = '' }: RTCIceCandidateInit, sdp: string): boolean {
  const fragment = usernameFragment ?? / ufrag (\S+)/.exec(candidate)?.[1]
  return !fragment || sdp.split(/\r?\n/).includes(`a=ice-ufrag:${fragment}`)
}
