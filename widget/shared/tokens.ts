/** Every colour, size and duration of the product. The widget turns them into CSS variables, the panel into its theme. */

/** Neutral greys with a trace of blue: 0 is paper, 950 is ink. */
export const grey = {
  0: '#ffffff', 25: '#fafbfc', 50: '#f5f6f8', 100: '#edeff3', 200: '#e0e3ea', 300: '#cbd0da',
  400: '#9aa2b1', 500: '#6b7385', 600: '#525a6b', 700: '#3d4453', 800: '#272d3a', 850: '#1f2430',
  900: '#181c26', 950: '#10131a',
} as const

/** Indigo, light to dark: ten steps, as Mantine wants them. `accent[6]` is the accent on light, `accent[4]` on dark. */
export const accent = [
  '#eef0ff', '#e0e3ff', '#c8ccfe', '#a9adfb', '#8b8cf8', '#6e6af0', '#4f46e5', '#4338ca', '#3730a3', '#2a2678',
] as const

/** What a colour is for. Text on its ground has at least 4.5:1, controls 3:1, in both themes. */
export type Palette = {
  ground: string
  raised: string
  sunken: string
  hover: string
  line: string
  /** The edge of a control, where 3:1 is due. */
  control: string
  text: string
  muted: string
  accent: string
  onAccent: string
  accentSoft: string
  green: string
  greenSoft: string
  amber: string
  amberSoft: string
  /** Internal notes: amber paper that can't be taken for a reply. */
  note: string
  noteText: string
  red: string
  redSoft: string
  shadow: string
}

export const light: Palette = {
  ground: grey[0], raised: grey[0], sunken: grey[50], hover: grey[100], line: grey[200], control: '#868e9f',
  text: grey[900], muted: '#5f6778',
  accent: accent[6], onAccent: grey[0], accentSoft: accent[0],
  green: '#14784a', greenSoft: '#e3f6ec',
  amber: '#9a5b00', amberSoft: '#fdf0d8', note: '#fff6de', noteText: '#5c3c06',
  red: '#c4292f', redSoft: '#fdeaea',
  shadow: '0 1px 3px rgba(16,19,26,.10), 0 12px 32px rgba(16,19,26,.16)',
}

export const dark: Palette = {
  ground: grey[900], raised: grey[850], sunken: grey[950], hover: grey[800], line: '#2e3545', control: '#717a8d',
  text: '#eceef3', muted: '#a3abbb',
  accent: accent[4], onAccent: grey[950], accentSoft: '#2a2c4d',
  green: '#4fcb8d', greenSoft: '#14352a',
  amber: '#f0b153', amberSoft: '#3a2c12', note: '#342a14', noteText: '#f5dfae',
  red: '#ff8082', redSoft: '#42201f',
  shadow: '0 1px 3px rgba(0,0,0,.4), 0 12px 32px rgba(0,0,0,.5)',
}

/** A grid of 4: 8 between what belongs together, 16 between groups, 24 around. */
export const space = { 1: 4, 2: 8, 3: 12, 4: 16, 5: 20, 6: 24, 8: 32 } as const

export const radius = { small: 4, control: 8, bubble: 16, round: 999 } as const

export const type = {
  panelFont: '"Inter Variable", Inter, system-ui, sans-serif',
  /** The widget is a guest: it takes the page's own font, and this where the page has none. */
  widgetFont: 'inherit, system-ui, sans-serif',
  lineHeight: 1.5,
  small: 12, base: 14, message: 15, title: 18,
  regular: 400, medium: 500, strong: 600,
} as const

/** Motion only explains where something came from or went. */
export const motion = { fast: 120, slow: 180, ease: 'cubic-bezier(.2,.8,.2,1)' } as const

/** Sizes that both faces and their tests name. */
export const size = { row: 40, touch: 44, launcher: 56, edge: 20, window: { width: 376, height: 680, margin: 104 }, phone: 480 } as const

/** What only the widget needs: its composer's field, its icon buttons, initials on small faces. */
export const guest = { field: 12, icon: 36, initials: 11 } as const

export { faceColour, faces, initials } from './faces'
