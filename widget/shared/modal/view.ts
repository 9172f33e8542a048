import { el, svg, type Child } from '../form/dom'
import type { ShownBlock, ShownModal, Words } from './types'

export type ModalSetting = {
  modal: ShownModal
  language: string
  /** What the cross is called. */
  close: string
  /** The whole address of an uploaded picture. */
  href: (path: string) => string
  /** A button was used; without it the modal is a picture of itself. */
  act?: (block: ShownBlock, label: string) => void
  dismiss?: () => void
  /** Draws a form into its place. */
  form?: (place: HTMLElement, form: number) => void
}

const CLOSE = 'm6 6 12 12M18 6 6 18'
const MARKS = /\*\*(.+?)\*\*|\[([^[\]\n]+)\]\(([^()\s]+)\)/g

/** Words in the language of the page, else in the other one. */
export const said = (words: Words, language: string): string => words[language as keyof Words] || words.en || words.pl || ''

/** The address where a browser may follow it: never one that it would run. */
export function safeAddress(address: string): string | undefined {
  try {
    return /^(https?|mailto|tel):$/.test(new URL(address, location.href).protocol) ? address : undefined
  } catch {
    return undefined
  }
}

const isElsewhere = (address: string): boolean => new URL(address, location.href).origin !== location.origin

const link = (address: string, more: Record<string, string>, text: string): HTMLElement =>
  el('a', { href: address, rel: 'noopener noreferrer', ...(isElsewhere(address) ? { target: '_blank' } : {}), ...more }, text)

/** Text with `**bold**` and `[words](https://…)`: always nodes, never markup. */
export function textNodes(text: string): Child[] {
  const nodes: Child[] = []
  let end = 0
  for (const match of text.matchAll(MARKS)) {
    const [whole, bold, words, address] = match
    nodes.push(document.createTextNode(text.slice(end, match.index)))
    const safe = address && safeAddress(address)
    nodes.push(bold ? el('b', {}, bold) : safe ? link(safe, {}, words!) : document.createTextNode(words ?? whole))
    end = match.index + whole.length
  }
  return [...nodes, document.createTextNode(text.slice(end))]
}

/** What a modal is called for those who hear it. */
export const titleOf = ({ blocks }: ShownModal, language: string): string => {
  const first = blocks.find(({ kind }) => kind === 'heading') ?? blocks.find(({ kind }) => kind === 'text') ?? blocks[0]
  return first ? said(first.text, language).replace(MARKS, '$1$2').slice(0, 140) : ''
}

/** Draws what a modal says, the same for pages and for the panel's preview. */
export function drawModal(setting: ModalSetting): HTMLElement[] {
  const { modal, language, dismiss } = setting
  const buttons = modal.blocks.filter(({ kind }) => kind === 'button')
  const parts: Child[] = modal.blocks.filter(({ kind }) => kind !== 'button').map((block) => part(block, setting))
  if (buttons.length) parts.push(el('div', { class: 'acts' }, ...buttons.map((block, place) => button(block, place, setting))))
  const cross = el('button', { type: 'button', class: 'close', 'aria-label': setting.close, title: setting.close }, svg(CLOSE))
  cross.onclick = () => dismiss?.()
  return [el('div', { class: 'parts', lang: language }, ...parts), cross]
}

function part(block: ShownBlock, { language, href, form }: ModalSetting): Child {
  const text = said(block.text, language)
  if (block.kind === 'heading') return el('h2', {}, text)
  if (block.kind === 'text') return el('p', {}, ...textNodes(text))
  if (block.kind === 'form') {
    const place = el('div', { class: 'form-place' })
    if (form) form(place, block.form!)
    else place.textContent = text
    return place
  }
  const { picture, url } = block
  const src = picture ? href(picture.url) : url
  const image = el('img', { src, width: picture?.width, height: picture?.height, referrerpolicy: 'no-referrer' })
  image.alt = text
  // A site that forbids our pictures, or one that is gone: the words are left.
  image.onerror = () => image.remove()
  return image
}

function button(block: ShownBlock, place: number, { language, act }: ModalSetting): HTMLElement {
  const label = said(block.text, language)
  const kind = place ? 'act' : 'act main'
  const address = block.act === 'link' && safeAddress(block.url)
  const made = address ? link(address, { class: kind }, label) : el('button', { type: 'button', class: kind }, label)
  made.onclick = (event) => {
    if (!act) return event.preventDefault()
    act(block, label)
  }
  return made
}
