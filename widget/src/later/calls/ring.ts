/** What is heard while a call rings: made here, so that nothing has to be fetched while somebody waits. */

let context: AudioContext | undefined
let timer = 0

/** A bell for whoever is called: two soft tones, twice, every three seconds. */
const bell = (at: number): void => [0, 0.18, 0.5, 0.68].forEach((delay, place) => tone(at + delay, place % 2 ? 880 : 660, 0.16, 0.09))
/** What a telephone lets its caller hear: a second of 425 Hz every five seconds (ITU-T E.180). */
const wait = (at: number): void => tone(at, 425, 1, 0.035)

/** Rings until `silence`. Browsers keep it silent on a page where the visitor has done nothing yet. */
export function ring(how: 'bell' | 'wait'): void {
  silence()
  try {
    context ??= new AudioContext()
    void context.resume()
  } catch {
    return // No sound device.
  }
  const once = (): void => (how === 'bell' ? bell : wait)(context!.currentTime + 0.05)
  once()
  timer = setInterval(once, how === 'bell' ? 3_000 : 5_000)
}

export function silence(): void {
  clearInterval(timer)
  // A bell in the middle of its ringing ends, too.
  void context?.close()
  context = undefined
}

function tone(start: number, pitch: number, seconds: number, loud: number): void {
  const source = context!.createOscillator()
  const volume = context!.createGain()
  source.frequency.value = pitch
  volume.gain.setValueAtTime(0, start)
  volume.gain.linearRampToValueAtTime(loud, start + 0.02)
  volume.gain.setValueAtTime(loud, start + seconds * 0.7)
  volume.gain.linearRampToValueAtTime(0, start + seconds)
  source.connect(volume).connect(context!.destination)
  source.start(start)
  source.stop(start + seconds)
}
