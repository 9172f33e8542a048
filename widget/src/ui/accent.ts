/**
 * The accent is the site's, so what stands on it, and whether it can be text itself, is measured and not assumed.
 * The formulas are those of WCAG.
 */
type Rgb = [number, number, number]

const INK: Rgb = [16, 19, 26]
const PAPER: Rgb = [255, 255, 255]

export function accentVariables(root: HTMLElement): void {
  const accent = colourOf(root, '--accent')
  const ground = colourOf(root, '--ground')
  const onAccent = contrast(accent, PAPER) >= 4.5 || contrast(accent, PAPER) > contrast(accent, INK) ? PAPER : INK
  root.style.setProperty('--on-accent', `rgb(${onAccent})`)
  root.style.setProperty('--accent-text', contrast(accent, ground) >= 4.5 ? 'var(--accent)' : 'var(--text)')
}

/** Whatever notation the site used, a canvas turns it into numbers. */
function colourOf(root: HTMLElement, variable: string): Rgb {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return INK
  pen.fillStyle = getComputedStyle(root).getPropertyValue(variable).trim()
  pen.fillRect(0, 0, 1, 1)
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data
  return [red!, green!, blue!]
}

function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light! + 0.05) / (dark! + 0.05)
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((each) => {
    const share = each / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
