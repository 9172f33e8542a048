/**
 * Draws the screen from what it should be: the part of Preact that the widget uses, with the same names and types, in a
 * fifth of the bytes. Functions and classes as components, keys, refs, one namespace for icons; no hooks, no contexts.
 */
import type * as preact from 'preact'

type Props = Record<string, any> & { children: unknown[] }

/** What JSX says; once it is drawn, also what stands in the page for it. */
type Drawn = {
  /** A component, the name of an element, or '' for text. */
  type: any
  props: any
  key?: unknown
  ref?: (dom: Node | null) => void
  kids: Drawn[]
  dom?: any
  self?: any
}

export const h = ((type: any, props: any, ...children: unknown[]): Drawn => {
  const { key, ref, ...rest } = props ?? {}
  // A part that hands its props on hands on what stood in it, unless something else does now.
  if (children.length || !rest.children) rest.children = children
  return { type, props: rest, key, ref, kids: [] }
}) as unknown as typeof preact.h

export const Fragment = (({ children }: Props) => children) as unknown as typeof preact.Fragment

/** What is not there holds its place as an empty text: the others keep theirs. */
function seen(child: any): Drawn {
  if (Array.isArray(child)) return h(Fragment as any, null, ...child) as any
  if (child?.kids) return child
  return { type: '', props: child == null || child === !!child ? '' : String(child), kids: [] }
}

const domsOf = ({ dom, kids }: Drawn): Node[] => (dom ? [dom] : kids.flatMap(domsOf))

/** What is done when everything stands in the page: children before their parents. */
const after: (() => void)[] = []

/** Draws `node`, in place of `old` of the same type where there is one. A new one is not in the page yet. */
function draw(node: Drawn, old: Drawn | undefined, isPicture: boolean): void {
  const { type, props, ref } = node
  const before = old?.props
  if (typeof type === 'function') {
    const self = (node.self = old ? old.self : type.prototype?.render && new type(props))
    if (self) {
      self.node = node
      self.props = props
    }
    fill(node, old?.kids ?? [], isPicture, before)
    return
  }
  isPicture ||= type === 'svg'
  const dom = (node.dom = old
    ? old.dom
    : !type ? new Text() : isPicture ? document.createElementNS('http://www.w3.org/2000/svg', type) : document.createElement(type))
  if (!type) {
    if (before !== props) dom.data = props
    return
  }
  dress(dom, props, before ?? {})
  fill(node, old?.kids ?? [], isPicture)
  if (ref) after.push(() => ref(dom))
}

function dress(dom: any, props: Props, before: Props): void {
  for (const name in { ...before, ...props }) {
    const value = props[name]
    if (/^(value|checked)$/.test(name) && value != null) {
      // Also where nothing changed for us: somebody wrote meanwhile.
      if (dom[name] !== value || !value) dom[name] = value
    } else if (name === 'children' || value === before[name]) continue
    else if (name === 'style') for (const part in { ...before.style, ...value }) dom.style[part] = value?.[part] ?? ''
    // What a handler returns is nobody's business: `false` would hold back what the browser does.
    else if (/^on/.test(name)) dom[name.toLowerCase()] = value && ((event: Event) => void value.call(dom, event))
    else if (value == null || (value === false && name[4] !== '-')) dom.removeAttribute(name)
    else dom.setAttribute(name, value === true && name[4] !== '-' ? '' : value)
  }
}

/** Draws what stands in `node`, and puts each kid where it belongs. What somebody else put there stays where it is. */
function fill(node: Drawn, olds: Drawn[], isPicture: boolean, before?: Props): void {
  const { type, props, dom, self } = node
  const kids: unknown[] = dom ? props.children : [self ? self.render(props, self.state) : type(props)].flat()
  node.kids = (dom || kids.length ? kids : [null]).map(seen)
  if (self) self.isStale = false

  const held = olds.flatMap(domsOf)
  const parent = dom ?? held[0]?.parentNode
  let next: Node | null | undefined = dom ? null : held[held.length - 1]?.nextSibling
  const nameOf = ({ key }: Drawn, place: number): unknown => key ?? '.' + place
  const left = new Map(olds.map((old, place) => [nameOf(old, place), place]))
  let furthest = -1
  const moved = node.kids.map((kid, place) => {
    const name = nameOf(kid, place)
    const found = left.get(name) ?? -1
    const isSame = olds[found]?.type === kid.type
    const old = isSame ? olds[found] : undefined
    if (isSame) left.delete(name)
    if (old !== kid) draw(kid, old, isPicture)
    if (isSame && found > furthest) return void (furthest = found)
    return true
  })
  for (const place of left.values()) {
    leave(olds[place]!)
    for (const gone of domsOf(olds[place]!)) (gone as ChildNode).remove()
  }
  if (parent) {
    for (let place = moved.length; place--; ) {
      const doms = domsOf(node.kids[place]!)
      if (moved[place]) for (const each of doms) parent.insertBefore(each, next)
      next = doms[0]
    }
  }
  if (self) after.push(() => (before ? self.componentDidUpdate?.(before) : self.componentDidMount?.()))
}

function leave({ self, ref, kids }: Drawn): void {
  if (self) {
    self.componentWillUnmount?.()
    self.node = undefined
  }
  ref?.(null)
  kids.forEach(leave)
}

const finish = (): void => {
  for (const act of after.splice(0)) act()
}

class Part {
  node?: Drawn
  isStale = false
  state: object = {}
  constructor(readonly props: Props) {}

  /** Draws this part anew, once for however many changes. */
  setState(change: object): void {
    Object.assign(this.state, change)
    if (this.isStale) return
    this.isStale = true
    queueMicrotask(() => {
      if (!this.node || !this.isStale) return
      fill(this.node, this.node.kids, false, this.props)
      finish()
    })
  }
}

export const Component = Part as unknown as typeof preact.Component

/** Draws into `root` what should stand there; null takes it away. */
export const render = ((child: unknown, root: any): void => {
  const top: Drawn = { type: 'root', props: { children: [child] }, dom: root, kids: [] }
  fill(top, root.kids ?? [], false)
  root.kids = top.kids
  finish()
}) as unknown as typeof preact.render
