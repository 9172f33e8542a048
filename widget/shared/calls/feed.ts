import type { Route } from './types'

type What = 'voice' | 'camera' | 'screen'
type Setting = { stream: MediaStream; heard(stream: MediaStream): void; seen?(screen: MediaStream | null): void }

/** What goes out of a device and what comes in, whichever connection it has at the moment. */
export function createFeed({ stream, heard, seen }: Setting) {
  const tracks: Record<What, MediaStreamTrack | null> = { voice: stream.getAudioTracks()[0] ?? null, camera: null, screen: null }
  /** By the stream that a track goes with, the other side tells the camera from the screen. */
  const homes = { person: new MediaStream(), screen: new MediaStream() }
  let senders: Partial<Record<What, RTCRtpSender>> = {}
  let link: RTCPeerConnection | undefined
  let route: Route = 'peer'
  let muted = false
  let held = false

  const person = new MediaStream()
  const screen = new MediaStream()

  function quieten(): void {
    if (tracks.voice) tracks.voice.enabled = !muted && !held
    for (const track of [tracks.camera, tracks.screen]) if (track) track.enabled = !held
    for (const track of [...person.getTracks(), ...screen.getTracks()]) track.enabled = !(held && route === 'peer')
  }

  function put(what: What, track: MediaStreamTrack | null): void {
    tracks[what] = track
    quieten()
    // Pictures do not go through the server.
    if (!link || (route === 'server' && what !== 'voice')) return
    const sender = senders[what]
    if (!sender) {
      if (track) senders[what] = link.addTrack(track, what === 'screen' ? homes.screen : homes.person)
      return
    }
    void sender.replaceTrack(track)
    const ours = link.getTransceivers().find((each) => each.sender === sender)
    // The place of a picture stays for the next one: descriptions would grow with each.
    if (ours && what !== 'voice') ours.direction = track ? 'sendrecv' : 'recvonly'
  }

  function take({ track, streams: [from] }: RTCTrackEvent): void {
    const isScreen = track.kind === 'video' && !!from && !from.getAudioTracks().length
    const into = isScreen ? screen : person
    const say = (): void => {
      quieten()
      if (isScreen) seen?.(screen.getTracks().length ? screen : null)
      else heard(person)
    }
    for (const old of into.getTracks()) if (old.kind === track.kind && old !== track) into.removeTrack(old)
    into.addTrack(track)
    from?.addEventListener('removetrack', (gone) => {
      if (gone.track !== track) return
      into.removeTrack(track)
      say()
    })
    say()
  }

  return {
    put,
    /** Another connection: what goes out goes out there, and what came in by the one before is over. */
    join(to: RTCPeerConnection, by: Route): void {
      const hadPicture = screen.getTracks().length
      for (const old of [person, screen]) old.getTracks().forEach((track) => old.removeTrack(track))
      if (hadPicture) seen?.(null)
      link = to
      route = by
      senders = {}
      link.ontrack = take
      // Who only listens says so.
      if (!tracks.voice) link.addTransceiver('audio', { direction: 'recvonly' })
      for (const what of ['voice', 'camera', 'screen'] as const) if (tracks[what]) put(what, tracks[what])
    },
    set(what: { muted?: boolean; held?: boolean }): void {
      muted = what.muted ?? muted
      held = what.held ?? held
      quieten()
    },
    dtmf(digit: string): boolean {
      const keys = senders.voice?.dtmf
      if (!keys?.canInsertDTMF) return false
      keys.insertDTMF(digit)
      return true
    },
    end(): void {
      link = undefined
      for (const old of [person, screen]) old.getTracks().forEach((track) => old.removeTrack(track))
    },
  }
}
