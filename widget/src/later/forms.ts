import { drawForm } from '../../shared/form/view'
import { el, svg } from '../../shared/form/dom'
import { formStyles } from '../../shared/form/styles'
import type { Answers, ShownForm, TakenForm } from '../../shared/form/types'
import type { Ui } from '../start'
import { formTransport } from './form-transport'
import { createPopups } from './popups'

const SELECTOR = '[data-switchboard-form]'
const CLOSE = 'm6 6 12 12M18 6 6 18'

let popups: ReturnType<typeof createPopups> | undefined
let watching: MutationObserver | undefined
/** What stands in the page by us: taken away when the chat is. */
const hosts = new Map<Element, ShadowRoot>()

/** Looks whether the page has places for forms, and whether one is to show itself. Asked often, and cheap. */
export function look(ui: Ui): void {
  for (const place of document.querySelectorAll(SELECTOR)) if (!hosts.has(place)) void fill(ui, place)
  if (!watching) {
    watching = new MutationObserver(() => look(ui))
    watching.observe(document.body, { childList: true, subtree: true })
  }
  const rules = ui.chat.session()?.application.popups
  if (rules) (popups ??= createPopups(ui, (form) => open(ui, form))).arm(rules)
}

/** Draws a form into its place in the page. */
export async function fill(ui: Ui, place: Element, then?: () => void): Promise<void> {
  const id = Number(place.getAttribute('data-switchboard-form'))
  const shadow = place.shadowRoot ?? place.attachShadow({ mode: 'open' })
  hosts.set(place, shadow)
  const root = rootIn(shadow)
  // The page's own font; its colours are left to it.
  root.style.setProperty('--font', getComputedStyle(place).fontFamily)
  root.replaceChildren(el('div', { class: 'waiting', 'aria-hidden': 'true' }))
  const transport = formTransport(ui, id)
  try {
    const form = await transport.open()
    dress(root, form)
    root.replaceChildren(drawForm({
      ...transport.setting(form),
      done: (taken) => {
        popups?.filled(id, taken)
        then?.()
      },
    }))
  } catch (error) {
    root.replaceChildren()
    hosts.delete(place)
    place.removeAttribute('data-switchboard-form')
    console.warn(`Switchboard: form ${id} can’t be shown. ${(error as Error).message}`)
  }
}

/** Draws a form into the conversation; the answers are sent as a message, so that both sides see them where they talk. */
export async function fillCard(ui: Ui, place: HTMLElement, id: number, message: string): Promise<void> {
  if (place.shadowRoot) return
  const root = rootIn(place.attachShadow({ mode: 'open' }))
  const done = el('p', { class: 'done' }, ui.words('formDone'))
  const flag = `card:${message}`
  root.style.setProperty('--radius', '16px')
  if (ui.chat.shelf.get(flag)) return root.replaceChildren(done)
  const transport = formTransport(ui, id)
  try {
    const form = await transport.open()
    const setting = transport.setting(form)
    root.replaceChildren(drawForm({
      ...setting,
      send: async (filled) => {
        // In a conversation nobody is sent away to another page.
        const taken = { ...(await setting.send!(filled)), redirect: '' }
        ui.chat.shelf.set(flag, '1')
        ui.chat.say(readable(form, filled.answers))
        return taken
      },
    }))
  } catch {
    root.replaceChildren(el('p', { class: 'done' }, ui.words('formGone')))
  }
}

/** Draws the form that comes before the first message; when it is filled in, or is not there any more, the chat begins. */
export async function fillAsk(ui: Ui, place: HTMLElement, id: number): Promise<void> {
  if (place.hasAttribute('data-asked')) return
  place.setAttribute('data-asked', '')
  const root = rootIn(place.shadowRoot ?? place.attachShadow({ mode: 'open' }))
  const accent = getComputedStyle(ui.stage.root).getPropertyValue('--accent')
  root.style.setProperty('--accent', accent)
  root.style.setProperty('--radius', '16px')
  const begin = (): void => {
    ui.chat.shelf.set(`asked:${id}`, '1')
    ui.chat.setOptions({})
    setTimeout(() => ui.stage.find('textarea')?.focus())
  }
  const transport = formTransport(ui, id)
  try {
    const form = await transport.open()
    const setting = transport.setting(form)
    root.replaceChildren(drawForm({
      ...setting,
      async send(filled) {
        const taken = await setting.send!(filled)
        begin()
        return { ...taken, redirect: '' }
      },
    }))
    if (navigator.userActivation?.isActive !== false && !ui.stage.isPhone()) root.querySelector<HTMLElement>('input, textarea, select')?.focus({ preventScroll: true })
  } catch (error) {
    if ((error as { code?: string }).code === 'not_found') return begin()
    place.removeAttribute('data-asked') // No connection: the next drawing tries again.
  }
}

/** Answers as people read them: a line for each question. */
function readable({ title, fields }: ShownForm, answers: Answers): string {
  const lines = fields.filter(({ key, kind }) => kind !== 'hidden' && answers[key] !== undefined).map(({ key, label, choices }) => {
    const named = (value: unknown): string => choices.find((choice) => choice.value === value)?.label ?? String(value)
    const value = answers[key]!
    return `${label}: ${Array.isArray(value) ? value.map(named).join(', ') : typeof value === 'boolean' ? (value ? '✓' : '–') : named(value)}`
  })
  return [...(title ? [title] : []), ...lines].join('\n')
}

let dialog: HTMLDialogElement | undefined

/** Opens a form in the middle of the page; the focus goes in, and back where it was. False where one is open already. */
export async function open(ui: Ui, id: number): Promise<boolean> {
  if (dialog) return false
  const transport = formTransport(ui, id)
  const box = (dialog = el('dialog', { tabindex: -1 }))
  let form: ShownForm
  try {
    form = await transport.open()
  } catch (error) {
    dialog = undefined
    console.warn(`Switchboard: form ${id} can’t be shown. ${(error as Error).message}`)
    return false
  }
  const host = document.createElement('switchboard-form')
  const root = rootIn(host.attachShadow({ mode: 'open' }))
  root.style.setProperty('--font', ui.stage.root.style.getPropertyValue('--font'))
  dress(root, form)
  const cross = el('button', { type: 'button', class: 'close', 'aria-label': ui.words('formClose'), title: ui.words('formClose') }, svg(CLOSE))
  const done = (taken: TakenForm): void => popups?.filled(id, taken)
  const drawn = drawForm({ ...transport.setting(form), done })
  box.setAttribute('aria-label', form.title || form.button || ui.words('formSend'))
  box.append(drawn, cross)
  root.append(box)
  document.documentElement.append(host)
  const isEmpty = (): boolean => ![...box.querySelectorAll<HTMLInputElement>('input, textarea')].some(({ value, type }) => value && !/checkbox|radio/.test(type))
  cross.onclick = () => box.close()
  // A click beside it closes it, as long as nothing was written that would be lost.
  box.onclick = (event) => {
    if (event.target === box && isEmpty()) box.close()
  }
  box.onclose = () => {
    host.remove()
    dialog = undefined
  }
  for (const name of ['keydown', 'keypress', 'keyup', 'paste']) host.addEventListener(name, (event) => event.stopPropagation())
  box.showModal()
  box.focus({ preventScroll: true })
  return true
}

function rootIn(shadow: ShadowRoot): HTMLElement {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(formStyles())
  shadow.adoptedStyleSheets = [sheet]
  const root = el('div', { class: 'root' })
  shadow.replaceChildren(root)
  return root
}

function dress(root: HTMLElement, { look: { accent, width, radius } }: ShownForm): void {
  root.style.setProperty('--width', `${width}px`)
  root.style.setProperty('--radius', `${radius}px`)
  if (accent) root.style.setProperty('--accent', accent)
}

/** Takes all forms out of the page again. */
export function stop(): void {
  watching?.disconnect()
  watching = undefined
  popups?.stop()
  popups = undefined
  dialog?.close()
  for (const shadow of hosts.values()) shadow.replaceChildren()
  hosts.clear()
}
