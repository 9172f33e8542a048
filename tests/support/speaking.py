"""Sounds that can be told apart: what somebody says is a tone, and what somebody hears is found by its frequency."""

from __future__ import annotations

import asyncio
import math
import struct
import wave
from pathlib import Path

from playwright.async_api import Page

RATE = 48_000

LENDING = "--use-fake-ui-for-media-stream"
"""Lends microphone, camera and screen to every page without a question; without it a browser that nobody sees refuses."""
SPEAKING = [
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    # Two browsers of one machine find each other by its loopback address, which they otherwise keep to themselves.
    "--allow-loopback-in-peer-connection",
]

LISTENING = """
// A steady tone is noise to whatever makes speech clearer.
const media = navigator.mediaDevices
const lend = media?.getUserMedia.bind(media)
window.asked = 0
if (media) media.getUserMedia = (wanted) => {
  window.asked++
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
  const lent = lend({ ...wanted, ...(wanted.audio ? { audio: { ...wanted.audio, ...plain } } : {}) })
  lent.then((stream) => (window.lent ??= []).push(...stream.getTracks()), () => {})
  return lent
}
// Whatever the page lets somebody hear.
const Heard = window.Audio
window.Audio = class extends Heard { constructor(...more) { super(...more); window.sound = this } }
const Link = window.RTCPeerConnection
window.links = []
window.RTCPeerConnection = class extends Link {
  constructor(settings) { super({ ...settings, ...window.linkMore }); window.links.push(this) }
}
window.loudest = async () => {
  const stream = window.sound?.srcObject
  if (!stream?.getAudioTracks().length) return [0, -1000]
  window.ears ??= new AudioContext()
  await window.ears.resume()
  const ear = new AnalyserNode(window.ears, { fftSize: 8192, smoothingTimeConstant: 0 })
  const source = window.ears.createMediaStreamSource(stream)
  source.connect(ear)
  await new Promise((done) => setTimeout(done, 350))
  const found = new Float32Array(ear.frequencyBinCount)
  ear.getFloatFrequencyData(found)
  source.disconnect()
  const top = found.reduce((best, value, at) => (value > found[best] ? at : best), 0)
  return [(top * window.ears.sampleRate) / ear.fftSize, Math.max(-1000, found[top])]
}
"""
"""What a page needs from its first script on, so that `hears` and `hears_nothing` can ask it."""


def write_tone(path: Path, hertz: int) -> Path:
    """Write a second of a tone as a WAV file that Chromium takes for a microphone, again and again."""
    samples = (int(16_000 * math.sin(2 * math.pi * hertz * at / RATE)) for at in range(RATE))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


async def hears(page: Page, hertz: int, within: float = 30) -> None:
    """Wait until the loudest that somebody hears is this tone, and as loud as it was spoken."""
    last: list[float] = []
    async with asyncio.timeout(within):
        while True:
            last = await page.evaluate("() => window.loudest()")
            if abs(last[0] - hertz) < 12 and last[1] > -50:
                return
            print("heard", last)


async def hears_nothing(page: Page, within: float = 30) -> None:
    """Wait until somebody hears nothing, twice in a row."""
    quiet = 0
    async with asyncio.timeout(within):
        while quiet < 2:
            quiet = quiet + 1 if (await page.evaluate("() => window.loudest()"))[1] < -90 else 0
