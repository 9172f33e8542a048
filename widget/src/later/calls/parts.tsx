import type { Author } from '../../../shared/types'
import { kit } from '../kit'
import type { Ui } from '../../start'
import type { Desk } from './desk'

const MICROPHONE = 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM5 11a7 7 0 0 0 14 0M12 18v3'
export const ICONS = {
  phone: 'M6 4h3l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v3a2 2 0 0 1-2 2A15 15 0 0 1 4 6a2 2 0 0 1 2-2Z',
  voice: MICROPHONE,
  noVoice: MICROPHONE + 'M3 3l18 18',
  camera: 'M4 7h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2ZM15 11l6-3v8l-6-3',
  screen: 'M4 5h16v11H4zM9 20h6M12 16v4',
  large: 'M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5',
}

type ButtonProps = { path: string; label: string; kind?: string; act: () => void; pressed?: boolean; named?: boolean }

/** A button of a call: an icon, with its word below it or only for those who don't see it. */
export function CallButton({ path, label, kind = '', act, pressed, named }: ButtonProps) {
  const { Icon } = kit
  return (
    <button type="button" class={`${named ? 'key' : 'icon'} ${kind}`} aria-label={label} title={label} aria-pressed={pressed} onClick={act}>
      <span><Icon path={path} /></span>
      {named && <small aria-hidden="true">{label}</small>}
    </button>
  )
}

/** Minutes and seconds since a moment; counted in the page alone, so that nothing else is drawn for it. */
export const Clock = ({ since }: { since: string }) => <time role="timer" aria-live="off" ref={(place: HTMLElement | null) => count(place, since)} />

let counting = 0
function count(place: HTMLElement | null, since: string): void {
  clearInterval(counting)
  if (!place) return
  const say = (): void => void (place.textContent = lasting((Date.now() - Date.parse(since)) / 1000))
  say()
  counting = setInterval(say, 1000)
}

/** 1:05, or 1:02:05 where it is that long. */
export function lasting(seconds: number): string {
  const [hours, minutes, rest] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => Math.max(0, Math.floor(part))) as [number, number, number]
  const two = (part: number): string => String(part).padStart(2, '0')
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** Shows a stream. What is heard of it comes from elsewhere. */
export const Picture = ({ stream, kind, label }: { stream: MediaStream; kind: string; label: string }) => (
  <video
    class={kind} aria-label={label} autoPlay playsInline muted
    ref={(place: HTMLVideoElement | null) => {
      if (!place) return
      place.muted = true
      if (place.srcObject !== stream) place.srcObject = stream
    }}
  />
)

/** Who is at the other end, as far as that is known; else the team. */
export function otherOf({ call }: Desk, { chat, words }: Ui): Author {
  const known = call?.agent ?? (call?.direction === 'out' ? call.by : null)
  return known ?? { kind: 'agent', id: 0, name: chat.session()?.application.name ?? words('chat') }
}

export const hasPicture = (stream: MediaStream | null): boolean => !!stream?.getVideoTracks().length
