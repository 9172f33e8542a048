import { createTheme, defaultVariantColorsResolver, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'
import { accent, dark, grey, light, motion, radius, size, space, type, type Palette } from '@shared/tokens'

/** Sizes that only the panel has: its columns and where they fold. Styles read them as `--sb-…`. */
const columns = { rail: 52, views: 172, list: 312, person: 284, talk: 840, paper: 520, card: 400 } as const

const px = (value: number) => `${value}px`
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const tuple = (...shades: string[]) => shades as unknown as MantineColorsTuple

export const theme = createTheme({
  primaryColor: 'accent',
  // Mantine's default shade fails 4.5:1; these are the tokens' accents for the two themes.
  primaryShade: { light: 6, dark: 4 },
  // Mantine looks for a contrast in the light theme only; the tokens know both.
  variantColorResolver: (input) =>
    input.variant === 'filled' && (!input.color || input.color === 'accent')
      ? { background: 'var(--sb-accent)', hover: 'var(--mantine-primary-color-filled-hover)', color: 'var(--sb-on-accent)', border: 'none' }
      : input.variant === 'filled' && input.color === 'red'
        ? { background: 'var(--sb-red)', hover: 'color-mix(in srgb, var(--sb-red) 85%, var(--sb-text))', color: 'var(--sb-ground)', border: 'none' }
        : defaultVariantColorsResolver(input),
  white: grey[0],
  black: grey[950],
  colors: {
    accent: tuple(...accent),
    gray: tuple(grey[50], grey[100], grey[200], grey[200], light.control, light.muted, grey[500], grey[600], grey[700], grey[800]),
    dark: tuple(dark.text, dark.text, dark.muted, dark.muted, dark.line, dark.hover, dark.raised, dark.ground, dark.sunken, dark.sunken),
  },
  fontFamily: type.panelFont,
  headings: { fontFamily: type.panelFont, fontWeight: String(type.strong) },
  fontSizes: { xs: px(type.small), sm: px(type.base), md: px(type.message), lg: px(type.title), xl: px(type.title) },
  lineHeights: { xs: String(type.lineHeight), sm: String(type.lineHeight), md: String(type.lineHeight) },
  spacing: { xs: px(space[1]), sm: px(space[2]), md: px(space[4]), lg: px(space[6]), xl: px(space[8]) },
  radius: { xs: px(radius.small), sm: px(radius.control), md: px(radius.control), lg: px(radius.bubble), xl: px(radius.round) },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, fz: type.small } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.35 }, transitionProps: { duration: motion.fast } } },
    Drawer: { defaultProps: { overlayProps: { backgroundOpacity: 0.35 }, transitionProps: { duration: motion.slow } } },
    Menu: { defaultProps: { shadow: 'float', transitionProps: { duration: motion.fast } } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 32 } },
  },
  shadows: { float: 'var(--sb-shadow)', xl: 'var(--sb-shadow)', lg: 'var(--sb-shadow)' },
})

const colours = (palette: Palette) => ({
  ...Object.fromEntries(Object.entries(palette).map(([name, value]) => [`--sb-${kebab(name)}`, value])),
  '--mantine-color-body': palette.ground,
  '--mantine-color-text': palette.text,
  '--mantine-color-dimmed': palette.muted,
  '--mantine-color-placeholder': palette.muted,
  '--mantine-color-error': palette.red,
  '--mantine-color-default-border': palette.line,
  '--mantine-color-default-hover': palette.hover,
  '--mantine-color-gray-light-hover': palette.hover,
  '--mantine-color-gray-light-color': palette.muted,
  // Subtle grey buttons are everywhere; Mantine's own grey is too pale on our grounds.
  '--mantine-color-gray-text': palette.muted,
})

/** Every token as a CSS variable, so that style sheets name what they mean and never a value. */
export const variables: CSSVariablesResolver = () => ({
  variables: {
    ...Object.fromEntries(Object.entries(columns).map(([name, value]) => [`--sb-${name}`, px(value)])),
    ...Object.fromEntries(Object.entries(space).map(([step, value]) => [`--sb-space-${step}`, px(value)])),
    ...Object.fromEntries(Object.entries(radius).map(([name, value]) => [`--sb-radius-${name}`, px(value)])),
    '--sb-small': px(type.small),
    '--sb-base': px(type.base),
    '--sb-message': px(type.message),
    '--sb-title': px(type.title),
    '--sb-line-height': String(type.lineHeight),
    '--sb-medium': String(type.medium),
    '--sb-strong': String(type.strong),
    '--sb-row': px(size.row),
    '--sb-touch': px(size.touch),
    '--sb-fast': `${motion.fast}ms`,
    '--sb-slow': `${motion.slow}ms`,
    '--sb-ease': motion.ease,
  },
  light: colours(light),
  dark: colours(dark),
})

/** Where columns fold. Style sheets repeat them, because a media query can't read a variable. */
export const fold = { phone: '(max-width: 47.99em)', noPerson: '(max-width: 74.99em)' } as const
