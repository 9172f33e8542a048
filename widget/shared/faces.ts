/** Grounds for avatars with initials; white text on each has 4.5:1. Apart, because the widget needs it at run time. */
export const faces = ['#4f46e5', '#0f766e', '#b4442a', '#7c3aed', '#0369a1', '#a21caf', '#4d7c0f', '#9f1239'] as const

/** The same person has the same colour everywhere. */
export const faceColour = (id: number): string => faces[Math.abs(id) % faces.length]!

/** The first letters of the first and the last word of a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words
  return ends.map((word) => [...word!][0] ?? '').join('').toLocaleUpperCase()
}
