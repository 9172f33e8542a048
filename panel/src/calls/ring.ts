import { soundOn } from '../frame/notices'
import { devices, playOn } from './devices'

/** As a telephone rings here: 425 Hz, one second in five; a second tone a third above makes it friendlier than a dial tone. */
const TONES = [425, 531]
const RINGS = 1
const EVERY = 4
const LOUD = 0.12
/** Seconds that are planned at once: timers of a window that nobody looks at come late. */
const AHEAD = 60

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
  const gain = context.createGain()
  gain.gain.value = 0
  gain.connect(out)
  for (const tone of TONES) {
    const oscillator = context.createOscillator()
    oscillator.frequency.value = tone
    oscillator.connect(gain)
    oscillator.start()
  }
  for (let at = 0; at < AHEAD; at += EVERY) {
    gain.gain.setTargetAtTime(LOUD, context.currentTime + at, 0.03)
    gain.gain.setTargetAtTime(0, context.currentTime + at + RINGS, 0.05)
  }
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
