/**
 * How well the other side is heard.
 *
 * rtt     seconds there and back, null as long as nobody knows
 * loss    the share of packets that got lost since the last look, 0 to 1
 * jitter  seconds by which packets come earlier or later than they should
 * level   how loud the other side is, 0 to 1
 */
export type Quality = { rtt: number | null; loss: number; jitter: number; level: number }

/**
 * Where it begins to be noticed. ITU-T G.114 has 150 ms one way as the end of "not noticed" and 400 ms as that of "usable";
 * Opus conceals losses of about 5 %.
 */
const SLOW = 0.5
const LOSSY = 0.05
const UNEVEN = 0.06

/** Whether a listener notices the network. */
export const isWeak = ({ rtt, loss, jitter }: Quality): boolean => (rtt ?? 0) > SLOW || loss > LOSSY || jitter > UNEVEN

/** Reads the statistics of a connection again and again; the counts of the last time are taken off. */
export function createGauge(link: RTCPeerConnection) {
  let got = 0
  let lost = 0
  return async (): Promise<Quality> => {
    const found: Quality = { rtt: null, loss: 0, jitter: 0, level: 0 }
    for (const report of (await link.getStats()).values()) {
      if (report.type === 'candidate-pair' && report.nominated && report.currentRoundTripTime !== undefined) found.rtt = report.currentRoundTripTime
      if (report.type !== 'inbound-rtp' || report.kind !== 'audio') continue
      const news = report.packetsReceived - got
      const gone = Math.max(0, report.packetsLost - lost)
      found.loss = news + gone > 0 ? gone / (news + gone) : 0
      found.jitter = report.jitter ?? 0
      found.level = report.audioLevel ?? 0
      got = report.packetsReceived
      lost = report.packetsLost
    }
    return found
  }
}
