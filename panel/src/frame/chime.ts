/** Two soft tones, made on the spot: no file to load. Browsers allow it once the person has clicked anywhere. */
const TONES = [660, 880]
const APART = 0.11
const LASTS = 0.28
const LOUD = 0.06

let context: AudioContext | undefined

export function chime(): void {
  try {
    context ??= new AudioContext()
    if (context.state === 'suspended') void context.resume()
    TONES.forEach((frequency, index) => tone(context!, frequency, context!.currentTime + index * APART))
  } catch {
    // No audio device: the badge still tells.
  }
}

function tone(audio: AudioContext, frequency: number, at: number): void {
  const oscillator = audio.createOscillator()
  const gain = audio.createGain()
  oscillator.frequency.value = frequency
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(LOUD, at + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.0001, at + LASTS)
  oscillator.connect(gain).connect(audio.destination)
  oscillator.start(at)
  oscillator.stop(at + LASTS)
}
