// What a machine can see of a screen: sideways scrolling, what is cut off, things without a name,
// keys instead of words, and too little contrast. Returns one sentence for each fault.
() => {
  const faults = []
  const every = (root) => [...root.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? every(one.shadowRoot) : [])])
  const parent = (one) => one.parentElement ?? one.getRootNode().host
  const upwards = (one, holds) => Boolean(one) && (holds(one) || upwards(parent(one), holds))

  const isShown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && one.getClientRects().length > 0
  const isOnlyForEars = (one) => upwards(one, (it) => /inset|rect/.test(getComputedStyle(it).clipPath + getComputedStyle(it).clip))
  const isOnlyForEyes = (one) => upwards(one, (it) => it.getAttribute('aria-hidden') === 'true')
  const isInCode = (one) => upwards(one, (it) => it.tagName === 'PRE')
  const isOff = (one) => upwards(one, (it) => it.disabled || it.hasAttribute('data-disabled'))

  const colour = (text) => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
    canvas.fillStyle = text
    canvas.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1]
  const ground = (one) => {
    if (!one) return [255, 255, 255, 1]
    const own = colour(getComputedStyle(one).backgroundColor)
    return own[3] === 1 ? own : over(own, ground(parent(one)))
  }
  const light = (rgb) => {
    const [r, g, b] = rgb.map((part) => ((part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05)

  const nameOf = (one) => {
    const image = one.querySelector('img')
    const names = [one.ariaLabel, one.title, one.labels?.[0]?.textContent, one.textContent, image?.alt, one.placeholder]
    return names.find((name) => name?.trim())?.trim() ?? ''
  }
  const wordsOf = (one) => [...one.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data).join(' ').trim()

  // A row that slides under the finger, as that of the inbox's views, cuts nothing off.
  const slides = (one) => one && (one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX) || slides(one.parentElement))

  const width = document.documentElement.scrollWidth
  if (width > innerWidth) faults.push(`scrolls sideways: ${width} > ${innerWidth}`)
  for (const one of every(document)) {
    if (!isShown(one)) continue
    const tag = one.tagName.toLowerCase()
    const told = `${tag} "${(nameOf(one) || String(one.className)).slice(0, 40)}"`
    if (/^(button|a|input|textarea|select)$/.test(tag) && !nameOf(one) && !isOnlyForEyes(one)) faults.push(`without a name: ${told}`)
    if (tag === 'img' && !one.hasAttribute('alt')) faults.push(`picture without words: ${told}`)
    const words = wordsOf(one)
    if (!words || isOnlyForEars(one) || isInCode(one)) continue
    if (/^[a-z]\w*(\.[a-z]\w*)+$/i.test(words) && !/\.(txt|png|example)$/.test(words)) faults.push(`a key instead of words: ${words}`)
    if (/[{}]/.test(words)) faults.push(`a gap that nobody filled: ${words}`)
    if (one.getBoundingClientRect().right > innerWidth + 1 && !slides(one)) faults.push(`cut off at the right: ${told}`)
    if (isOff(one)) continue
    const { color, fontSize, fontWeight } = getComputedStyle(one)
    const isLarge = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.6 && fontWeight >= 700)
    const behind = ground(one)
    const ratio = contrast(over(colour(color), behind), behind)
    if (ratio < (isLarge ? 2.95 : 4.45)) faults.push(`contrast ${ratio.toFixed(2)}: ${told}`)
  }
  return [...new Set(faults)]
}
