import type { MyNotices } from '../live/api-types'

export type Tone = MyNotices['sound']['tone']
type Note = { frequency: number; at: number; lasts: number; shape?: OscillatorType }

/** A few soft tones for each sound, made on the spot: no file to load. */
const SOUNDS: Record<Tone, Note[]> = {
  chime: [{ frequency: 660, at: 0, lasts: 0.28 }, { frequency: 880, at: 0.11, lasts: 0.28 }],
  bell: [{ frequency: 1047, at: 0, lasts: 0.9 }, { frequency: 2093, at: 0, lasts: 0.45 }],
  knock: [{ frequency: 190, at: 0, lasts: 0.09, shape: 'triangle' }, { frequency: 165, at: 0.14, lasts: 0.09, shape: 'triangle' }],
}
/** How loud the full volume is: half of it is soft in a quiet room. */
const LOUD = 0.12
/** Milliseconds in which a browser lets sound begin, where it does. */
const STARTS = 300

let context: AudioContext | undefined

/** Whether this window can be heard. Browsers allow it once the person has clicked anywhere in it. */
export async function audible(): Promise<boolean> {
  try {
    context ??= new AudioContext()
    if (context.state !== 'running') await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, STARTS))])
    return context.state === 'running'
  } catch {
    // No audio device: the badge still tells.
    return false
  }
}

/** Plays a sound at a volume of 0 to 100 in a window that is `audible`. */
export function play(tone: Tone, volume: number): void {
  if (context && volume > 0) for (const note of SOUNDS[tone]) sing(context, note, (LOUD * volume) / 100)
}

function sing(audio: AudioContext, { frequency, at, lasts, shape = 'sine' }: Note, loud: number): void {
  const oscillator = audio.createOscillator()
  const gain = audio.createGain()
  const begins = audio.currentTime + at
  oscillator.type = shape
  oscillator.frequency.value = frequency
  gain.gain.setValueAtTime(0, begins)
  gain.gain.linearRampToValueAtTime(loud, begins + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.0001, begins + lasts)
  oscillator.connect(gain).connect(audio.destination)
  oscillator.start(begins)
  oscillator.stop(begins + lasts)
}
