import { openCamera, openScreen, type NoDevice } from '../../../shared/calls/devices'
import type { Line } from '../../../shared/calls/line'

/** What is to be seen in a call: of the visitor by their own choice, and of the other side. */
export class Sight {
  camera: MediaStreamTrack | null = null
  screen: MediaStreamTrack | null = null
  person: MediaStream | null = null
  shown: MediaStream | null = null
  /** Why there is no camera. */
  why: NoDevice | null = null

  /** The camera, or what is on the screen: on and off. `line` gives the line once it was asked for, for the call may be over. */
  async toggle(what: 'camera' | 'screen', line: () => Line | null, redraw: () => void): Promise<void> {
    const had = this[what]
    this.why = null
    try {
      this[what] = had ? null : await (what === 'camera' ? openCamera() : openScreen())
    } catch (why) {
      // Who is asked what to show and chooses nothing needs no word about it.
      if (what === 'camera') this.why = why as NoDevice
    }
    had?.stop()
    const track = this[what]
    if (track && !line()) {
      this[what] = null
      return track.stop()
    }
    if (track) track.onended = () => this[what] === track && void this.toggle(what, line, redraw)
    line()?.[what === 'camera' ? 'video' : 'screen'](track)
    redraw()
  }

  stop(): void {
    for (const track of [this.camera, this.screen]) track?.stop()
    this.camera = this.screen = this.person = this.shown = this.why = null
  }
}
