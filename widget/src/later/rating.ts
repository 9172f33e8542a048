import type { Rating } from '../../shared/types'
import type { Ui } from '../start'
import css from './rating.css'

export const styles = css

/** Mouths, from very bad to very good: drawn, because not every device has an emoji for each. */
const MOUTHS = ['M8 17q4-5 8 0', 'M8 16.5q4-2.5 8 0', 'M8 16h8', 'M8 15q4 3 8 0', 'M7.5 14q4.5 7 9 0z']
const NAMES = ['rate1', 'rate2', 'rate3', 'rate4', 'rate5'] as const
const SVG = 'http://www.w3.org/2000/svg'

function face(mouth: string): SVGElement {
  const picture = document.createElementNS(SVG, 'svg')
  const line = document.createElementNS(SVG, 'path')
  picture.setAttribute('viewBox', '0 0 24 24')
  picture.setAttribute('aria-hidden', 'true')
  line.setAttribute('d', `M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM9 9.5v.1M15 9.5v.1${mouth}`)
  picture.append(line)
  return picture
}

/** Which rating a place shows, and whether it was answered: it is drawn once for each. */
const drawn = new WeakMap<HTMLElement, string>()

const element = <Name extends keyof HTMLElementTagNameMap>(name: Name, more: Partial<HTMLElementTagNameMap[Name]> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[Name] => {
  const made = Object.assign(document.createElement(name), more)
  made.append(...children)
  return made
}

/** Called with every drawing: puts the question about a closed conversation into its place, then the thanks. */
export function look(ui: Ui, place: HTMLElement, conversation: number, rating: Rating): void {
  const what = `${rating.id} ${rating.score ?? ''}`
  if (drawn.get(place) === what) return
  drawn.set(place, what)
  if (rating.score) return show(place, element('p', { className: 'happened' }, ui.words('rateThanks')))
  ask(ui, place, conversation, rating).catch(() => drawn.delete(place)) // The connection broke: the next drawing asks again.
}

async function ask(ui: Ui, place: HTMLElement, conversation: number, rating: Rating): Promise<void> {
  const { words, chat } = ui
  const { questions, question, comment } = await chat.socket().send('rating.open', { conversation })
  const field = element('textarea', { name: 'comment', rows: 2, maxLength: 2000, placeholder: words('rateWhy'), ariaLabel: words('rateWhy') })
  const failed = element('p', { className: 'problem', role: 'alert' })
  const send = element('button', { className: 'send-rating' }, words('rateSend'))
  const text = questions[ui.formats.locale.slice(0, 2)] ?? question
  const faces = MOUTHS.map((mouth, at) => {
    const name = words(NAMES[at]!)
    return element('label', { title: name }, element('input', { type: 'radio', name: 'score', value: String(at + 1), required: true, ariaLabel: name }), face(mouth))
  })
  const form = element('form', {}, element('fieldset', {}, element('legend', {}, text), element('div', { className: 'scores' }, ...faces)), ...(comment ? [field] : []), failed, send)
  form.onsubmit = (event) => {
    event.preventDefault()
    const given = new FormData(form)
    send.disabled = true
    failed.textContent = ''
    chat.socket().send('rating.answer', { conversation, rating: rating.id, score: Number(given.get('score')), comment: String(given.get('comment') ?? '') }).then(
      ({ rating: kept }) => look(ui, place, conversation, kept),
      () => {
        send.disabled = false
        failed.textContent = words('notSent')
      },
    )
  }
  show(place, form)
}

/** Whoever reads the end of the conversation goes on reading its end. */
function show(place: HTMLElement, content: HTMLElement): void {
  const box = place.parentElement!
  const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 48
  const hadFocus = place.contains((place.getRootNode() as ShadowRoot).activeElement)
  place.replaceChildren(content)
  if (isAtEnd) box.scrollTop = box.scrollHeight
  if (!hadFocus) return
  content.tabIndex = -1
  content.focus()
}

