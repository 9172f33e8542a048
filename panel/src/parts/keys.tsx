import css from './keys.module.css'

const mac = /mac|iphone|ipad/i.test(navigator.platform)
// In letters: of a sign like ↵ a screen reader makes nothing.
const NAMES: Record<string, string> = { Mod: mac ? '⌘' : 'Ctrl', Escape: 'Esc' }

/** "g i" and "Mod+K" as key caps. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={css.keys}>
      {keys.split(/[ +]/).map((key, index) => (
        <kbd key={index} className={css.key}>{NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)}</kbd>
      ))}
    </span>
  )
}
