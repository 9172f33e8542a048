import type { JSX } from 'preact'

const BELL = 'M6 10a6 6 0 0 1 12 0c0 5 2 6 2 6H4s2-1 2-6M10 20h4'

const PATHS = {
  chat: 'M12 4a9 8 0 1 1-4 15l-4 1 1-4A9 8 0 0 1 12 4Z',
  down: 'm6 9 6 6 6-6',
  close: 'm6 6 12 12M18 6 6 18',
  send: 'M12 19V5m-6 6 6-6 6 6',
  attach: 'm20 11-8 8a5 5 0 0 1-7-7l8-8a3 3 0 0 1 5 5l-8 8a1 1 0 0 1-3-3l7-7',
  emoji: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM8 14a5 5 0 0 0 8 0M9 9v.1M15 9v.1',
  call: 'M6 4h3l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v3a2 2 0 0 1-2 2A15 15 0 0 1 4 6a2 2 0 0 1 2-2Z',
  more: 'M4.5 12h1M11.5 12h1M18.5 12h1',
  sound: BELL,
  muted: BELL + 'M3 3l18 18',
  sending: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16ZM12 8v4l3 2',
  sent: 'm5 12 5 5L20 7',
  delivered: 'm1 12 5 5L16 7M12 17 22 7',
}

export type IconName = keyof typeof PATHS

type Props = { name?: IconName; path?: string; class?: string; label?: string }

/** An icon by its name, or by a path of one that came later. */
export const Icon = ({ name, path, label, ...rest }: Props) => (
  <svg viewBox="0 0 24 24" role={label ? 'img' : undefined} aria-label={label} aria-hidden={!label} {...rest}>
    <path d={path ?? PATHS[name!]} />
  </svg>
)

type ButtonProps = { icon: IconName; label: string; onClick?: (event: MouseEvent) => void } & Omit<JSX.IntrinsicElements['button'], 'icon' | 'label'>

/** A button that is an icon to the eye and a word to everybody else. */
export const IconButton = ({ icon, label, ...rest }: ButtonProps) => (
  <button type="button" class="icon" aria-label={label} title={label} {...rest}>
    <Icon name={icon} />
  </button>
)
