import { useEffect, useRef } from 'react'
import { useWords } from '../words/words'
import css from './calls.module.css'
import { playOn, useChosen } from './devices'
import type { Mine } from './phone-state'

/** What the other side shows: their camera, their screen. */
export function Picture({ mine: { heard, screen, tracks, call } }: { mine: Mine }) {
  const { t } = useWords()
  const name = call.contact?.name ?? ''
  const camera = heard?.getVideoTracks().length ? heard : null
  if (!camera && !screen) return null
  return (
    <div className={css.picture}>
      {screen && <Shown stream={screen} tracks={tracks} label={t('calls.screenOf', { name })} />}
      {camera && <Shown stream={camera} tracks={tracks} label={t('calls.cameraOf', { name })} />}
    </div>
  )
}

function Shown({ stream, tracks, label }: { stream: MediaStream; tracks: number; label: string }) {
  const element = useRef<HTMLVideoElement>(null)
  useEffect(() => show(element.current, stream), [stream, tracks])
  // Its sound comes out of `Heard`, on the chosen device.
  return <video ref={element} aria-label={label} muted playsInline autoPlay />
}

/** What is heard, on the chosen speaker: another one takes over in the middle of a word. */
export function Heard({ stream, tracks }: { stream: MediaStream | null; tracks: number }) {
  const element = useRef<HTMLAudioElement>(null)
  const speaker = useChosen('speaker')
  useEffect(() => show(element.current, stream), [stream, tracks])
  useEffect(() => {
    if (element.current) playOn(element.current, speaker)
  }, [speaker])
  return <audio ref={element} autoPlay data-call-sound />
}

function show(element: HTMLMediaElement | null, stream: MediaStream | null): void {
  if (!element) return
  if (element.srcObject !== stream) element.srcObject = stream
  void element.play().catch(() => {})
}
