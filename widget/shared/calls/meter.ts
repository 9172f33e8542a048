const EVERY = 80

/**
 * Says how loud a stream is, 0 to 1, as long as somebody looks; the function that comes back ends it. Speech of a usual
 * loudness fills about half: the root mean square in decibels, from -60 to 0.
 */
export function watchLevel(stream: MediaStream, say: (level: number) => void): () => void {
  if (!stream.getAudioTracks().length) return () => {}
  const context = new AudioContext()
  const ear = new AnalyserNode(context, { fftSize: 1024 })
  context.createMediaStreamSource(stream).connect(ear)
  const wave = new Float32Array(ear.fftSize)
  const timer = setInterval(() => {
    ear.getFloatTimeDomainData(wave)
    const power = wave.reduce((sum, value) => sum + value * value, 0) / wave.length
    say(Math.min(1, Math.max(0, 1 + (10 * Math.log10(power + 1e-12)) / 60)))
  }, EVERY)
  return () => {
    clearInterval(timer)
    void context.close()
  }
}
