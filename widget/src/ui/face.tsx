import { faceColour } from '../../shared/tokens'

const initials = (name: string): string => {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words
  return letters.map((word) => [...word!][0] ?? '').join('').toLocaleUpperCase()
}

/** Somebody of the team, as initials on a colour of their own. */
export const Face = ({ id, name }: { id: number; name: string }) => (
  <span class="face" style={{ background: faceColour(id) }} title={name} aria-hidden="true">
    {initials(name)}
  </span>
)
