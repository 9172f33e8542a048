const PATHS = {
  chat: 'M12 3.5c5 0 9 3.4 9 7.7s-4 7.7-9 7.7c-1 0-2-.1-2.9-.4L4.5 20.5l1-3.7C3.9 15.4 3 13.4 3 11.2 3 6.9 7 3.5 12 3.5Z',
  down: 'm6 9.5 6 6 6-6',
  close: 'm6 6 12 12M18 6 6 18',
  send: 'M12 19V5m-6 6 6-6 6 6',
  attach: 'm20 11-8.3 8.3a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.3 8.2a1.7 1.7 0 0 1-2.4-2.3L14.5 7',
  emoji: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM8.5 14.5a4.5 4.5 0 0 0 7 0M9 9.5v.01M15 9.5v.01',
  muted: 'M6 9.5a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4s2-1.5 2-6.5M10 19.5a2.2 2.2 0 0 0 4 0M3 3l18 18',
  sound: 'M6 9.5a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4s2-1.5 2-6.5M10 19.5a2.2 2.2 0 0 0 4 0',
  offline: 'M12 4 2.5 20h19L12 4ZM12 10v4.5M12 17.3v.01',
  sending: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16ZM12 8v4.5l2.5 1.5',
  sent: 'm5 12.5 4.5 4.5L19 7.5',
  delivered: 'm1.5 12.5 4.5 4.5L15.5 7.5M11.5 16l1 1L22 7.5',
}

export type IconName = keyof typeof PATHS

type Props = { name?: IconName; path?: string; class?: string; label?: string }

/** An icon by its name, or by a path of one that came later. */
export const Icon = ({ name, path, label, ...rest }: Props) => (
  <svg viewBox="0 0 24 24" role={label ? 'img' : undefined} aria-label={label} aria-hidden={!label} {...rest}>
    <path d={path ?? PATHS[name!]} />
  </svg>
)
