/** Elements by plain calls: a form is drawn the same by the widget and by the panel, which have different libraries. */
export type Child = Node | string | null | undefined | false

export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name, attributes: Record<string, string | number | boolean | null | undefined> = {}, ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value != null && value !== false && value !== '') element.setAttribute(key, value === true ? '' : String(value))
  }
  for (const child of children) if (child) element.append(child)
  return element
}

/** A picture of one line. */
export function svg(path: string): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg'
  const picture = document.createElementNS(space, 'svg')
  picture.setAttribute('viewBox', '0 0 24 24')
  picture.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS(space, 'path')
  line.setAttribute('d', path)
  picture.append(line)
  return picture
}
