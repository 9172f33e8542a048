/** What draws attention to a new message: a soft sound, and the title of a page in the background. */

let audio: AudioContext | undefined
let title: string | undefined
let blinking = 0

/** Two short tones. Browsers allow it only on a page where the visitor did something; otherwise it stays silent. */
export function beep(): void {
  try {
    audio ??= new AudioContext()
    void audio.resume()
    tone(audio, 660, 0)
    tone(audio, 880, 0.09)
  } catch {
    // No sound device.
  }
}

function tone(context: AudioContext, pitch: number, delay: number): void {
  const start = context.currentTime + delay
  const source = context.createOscillator()
  const volume = context.createGain()
  source.frequency.value = pitch
  volume.gain.setValueAtTime(0, start)
  volume.gain.linearRampToValueAtTime(0.08, start + 0.01)
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.25)
  source.connect(volume).connect(context.destination)
  source.start(start)
  source.stop(start + 0.3)
}

/** Alternates the title until the page comes to the front. */
export function blinkTitle(news: string): void {
  if (!document.hidden) return
  stopBlinking()
  title = document.title
  const swap = (): void => {
    document.title = document.title === news ? title! : news
  }
  swap()
  blinking = setInterval(swap, 1000)
  document.addEventListener('visibilitychange', stopBlinking, { once: true })
}

export function stopBlinking(): void {
  clearInterval(blinking)
  if (title !== undefined) document.title = title
  title = undefined
}
