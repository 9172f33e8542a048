import { createGauge, isWeak, type Quality } from './quality'
import type { LineState, Side } from './types'

/** Milliseconds that a break may take before a new way is looked for. The agent's side waits longer: one restart is enough. */
const PATIENCE: Record<Side, number> = { contact: 3_000, agent: 5_000 }
const LOOK_EVERY = 2_000
/** Ways that are looked for one after the other before it is said that there is none. */
const TRIES = 4

type Setting = { side: Side; state(state: LineState): void; quality?(quality: Quality): void; mend(): void }

/** Says how a line does, whichever connection it has, and has it mended when it breaks. */
export function createWatch({ side, state, quality, mend }: Setting) {
  let link: RTCPeerConnection | undefined
  let said: LineState | undefined
  let tries = 0
  let breaking = 0
  let looking = 0

  const tell = (now: LineState): void => {
    if (now !== said) state((said = now))
  }

  function mendIn(milliseconds: number): void {
    clearTimeout(breaking)
    breaking = setTimeout(mend, milliseconds) as unknown as number
  }

  function changed({ connectionState }: RTCPeerConnection): void {
    clearTimeout(breaking)
    if (connectionState === 'connected') {
      tries = 0
      tell('connected')
    } else if (connectionState === 'disconnected' || connectionState === 'failed') {
      tell(tries < TRIES ? 'away' : 'failed')
      if (tries++ < TRIES) mendIn(connectionState === 'failed' ? 200 * tries : PATIENCE[side])
    }
  }

  function look(at: RTCPeerConnection): void {
    const read = createGauge(at)
    let bad = 0
    clearInterval(looking)
    looking = setInterval(async () => {
      if (at.connectionState !== 'connected') return
      const found = await read()
      if (at !== link || at.connectionState !== 'connected') return
      // One bad moment is none: two in a row are told, and two good ones in a row as well.
      bad = isWeak(found) ? Math.min(2, bad + 1) : Math.max(0, bad - 1)
      if (bad !== 1) tell(bad ? 'weak' : 'connected')
      quality?.(found)
    }, LOOK_EVERY) as unknown as number
  }

  return {
    tell,
    /** Another connection is the line's from now on. */
    join(to: RTCPeerConnection): void {
      link = to
      to.onconnectionstatechange = () => to === link && changed(to)
      look(to)
    },
    /** The hub could not be told: once more in a while. */
    later: () => mendIn(PATIENCE.agent),
    /** Somebody looks for a new way now: `anew` where a person said so, or the call took another turn. */
    mending(anew = false): void {
      clearTimeout(breaking)
      if (anew || said === 'failed') tries = 0
    },
    stop(): void {
      link = undefined
      clearTimeout(breaking)
      clearInterval(looking)
    },
  }
}
