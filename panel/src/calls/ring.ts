import { soundOn } from '../frame/notices'
import { devices, playOn } from './devices'

/** As a telephone rings here: 425 Hz, one second in five; a second tone a third above makes it friendlier than a dial tone. */
const TONES = [425, 531]
const RINGS = 1
const EVERY = 4
const LOUD = 0.12
/** Seconds in which a ring swells, and in which it dies away. */
const SWELLS = 0.03
const DIES = 0.05
/** Samples in a second: enough for tones like these. */
const RATE = 8_000

/**
 * Rings in one window of this browser until the answer is called. A browser that has not been clicked in yet plays nothing: the
 * card and the notification tell then.
 */
export function ring(): () => void {
  const leave = new AbortController()
  const wait = () => new Promise<void>((resolve) => leave.signal.addEventListener('abort', () => resolve(), { once: true }))
  const sound = async () => {
    const stop = soundOn() ? play() : () => {}
    await wait()
    stop()
  }
  void (navigator.locks ? navigator.locks.request('call rings', { signal: leave.signal }, sound) : sound()).catch(() => {})
  return () => leave.abort()
}

/** Plays the ring on the chosen device at once, as long as it is not stopped. */
export function play(): () => void {
  const context = new AudioContext()
  const out = context.createMediaStreamDestination()
  const source = new AudioBufferSourceNode(context, { buffer: period(), loop: true })
  source.connect(out)
  source.start()
  // Through an element, because an element alone can be told where to play in every browser that has such a choice.
  const element = new Audio()
  element.srcObject = out.stream
  playOn(element, devices().ring)
  void element.play().catch(() => {})
  return () => {
    element.pause()
    element.srcObject = null
    void context.close().catch(() => {})
  }
}

/** One ring with the pause behind it. It is repeated without a timer: those of a window that nobody looks at come late. */
function period(): AudioBuffer {
  const buffer = new AudioBuffer({ length: EVERY * RATE, sampleRate: RATE })
  const wave = buffer.getChannelData(0)
  for (let at = 0; at < wave.length; at++) {
    const seconds = at / RATE
    const loud = LOUD * (1 - Math.exp(-seconds / SWELLS)) * (seconds < RINGS ? 1 : Math.exp((RINGS - seconds) / DIES))
    wave[at] = loud * TONES.reduce((sum, tone) => sum + Math.sin(2 * Math.PI * tone * seconds), 0)
  }
  return buffer
}
