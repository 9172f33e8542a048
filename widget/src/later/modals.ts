import { el } from '../../shared/form/dom'
import { modalStyles } from '../../shared/modal/styles'
import type { ShownBlock, ShownModal } from '../../shared/modal/types'
import { drawModal, said, titleOf } from '../../shared/modal/view'
import { newId } from '../../shared/ids'
import { readJson } from '../shelf'
import type { Ui } from '../start'
import { createUnborn } from './unborn'
import { createTriggers } from './triggers'

type Did = { modal: number; did: 'seen' | 'clicked' | 'dismissed'; button?: string }

let ui: Ui | undefined
let triggers: ReturnType<typeof createTriggers> | undefined
let unborn: ReturnType<typeof createUnborn> | undefined
/** Shown by an agent at this moment: one after the other. */
const waiting: ShownModal[] = []
/** The one that is on the screen. */
let current: { close: () => void } | undefined

/** An agent shows a modal to this visitor. */
export function present(modal: ShownModal): void {
  if (!waiting.some(({ id }) => id === modal.id)) waiting.push(modal)
  next()
}

/** Looks whether something is to show itself on this page. Asked often, and cheap. */
export function look(given: Ui): void {
  if (!ui) {
    ui = given
    tellRest()
  }
  unborn ??= createUnborn(ui, tell)
  unborn.look()
  triggers ??= createTriggers(ui, () => !current, show)
  triggers.arm()
  next()
}

export const answered = (message: { conversation: number }): void => unborn?.clicked(message.conversation)
export const putAway = (message: { conversation: number }): void => unborn?.dismissed(message.conversation)

function next(): void {
  if (ui && !current && waiting.length) show(waiting.shift()!)
}

function show(modal: ShownModal): void {
  if (modal.kind === 'message') return unborn!.begin(modal)
  const { chat, words, formats, laters } = ui!
  const language = formats.locale.slice(0, 2)
  const isDialog = modal.layout === 'center' || modal.layout === 'full'
  const title = titleOf(modal, language)
  const host = document.createElement('switchboard-modal')
  const shadow = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(modalStyles())
  shadow.adoptedStyleSheets = [sheet]
  const root = el('div', { class: 'root' })
  root.style.setProperty('--font', ui!.stage.root.style.getPropertyValue('--font'))
  if (modal.accent) root.style.setProperty('--accent', modal.accent)
  const attributes = { class: `modal ${modal.layout} ${modal.size}`, 'aria-label': title || words('chat') }
  const box = isDialog ? el('dialog', { ...attributes, tabindex: -1 }) : el('section', attributes)
  let wasClicked = false
  const act = (block: ShownBlock, label: string): void => {
    wasClicked = true
    tell({ modal: modal.id, did: 'clicked', button: label.slice(0, 200) })
    if (block.act === 'reply') reply(said(block.reply, language))
    if (block.act === 'chat' || block.act === 'reply') chat.setOpen(true)
    close()
  }
  const form = (place: HTMLElement, id: number): void => {
    place.setAttribute('data-switchboard-form', String(id))
    laters.forms().then(({ fill }) => fill(ui!, place, () => {
      wasClicked = true
      tell({ modal: modal.id, did: 'clicked', button: 'form' })
    }), () => {})
  }
  const dismiss = (): void => {
    if (!wasClicked) tell({ modal: modal.id, did: 'dismissed' })
    close()
  }
  box.append(...drawModal({ modal, language, close: words('dismiss'), href: chat.href, act, dismiss, form }))
  root.append(box)
  shadow.append(root)
  document.documentElement.append(host)
  for (const name of ['keydown', 'keypress', 'keyup', 'paste']) host.addEventListener(name, (event) => event.stopPropagation())
  const listeners = new AbortController()
  const { signal } = listeners
  function close(): void {
    if (!current) return
    current = undefined
    listeners.abort()
    // Closing it gives the focus back to where it was.
    if (box instanceof HTMLDialogElement) box.close()
    host.remove()
    setTimeout(next, 300)
  }
  current = { close }
  if (box instanceof HTMLDialogElement) {
    box.addEventListener('cancel', (event) => {
      event.preventDefault()
      dismiss()
    })
    if (modal.layout === 'center') box.onclick = (event) => void (event.target === box && !hasWords(shadow) && dismiss())
    box.showModal()
    box.focus({ preventScroll: true })
  } else {
    // It takes no focus, so it is read out; and Escape puts it away, where the page has no other use for it.
    const news = el('div', { class: 'hush', role: 'status' })
    root.append(news)
    setTimeout(() => (news.textContent = title), 100)
    const escape = (event: Event): void => {
      if ((event as KeyboardEvent).key === 'Escape' && !event.defaultPrevented) dismiss()
    }
    document.addEventListener('keydown', escape, { signal })
    box.addEventListener('keydown', escape, { signal })
  }
  if (modal.often === 'session' || modal.often === 'until_clicked') chat.visit.set(`modal:${modal.id}`, '1')
  whenInView(() => tell({ modal: modal.id, did: 'seen' }), signal)
}

/** Whether the visitor has written something that a click beside it would lose. */
const hasWords = (shadow: ShadowRoot): boolean =>
  [...shadow.querySelectorAll('.form-place')].some((place) =>
    [...(place.shadowRoot?.querySelectorAll<HTMLInputElement>('input, textarea') ?? [])].some(({ value, type }) => value && !/checkbox|radio/.test(type)))

function whenInView(then: () => void, signal: AbortSignal): void {
  if (!document.hidden) return then()
  const listener = (): void => {
    if (document.hidden) return
    document.removeEventListener('visibilitychange', listener)
    then()
  }
  document.addEventListener('visibilitychange', listener, { signal })
}

/** Sends an answer as the visitor's message, beside what they are writing. */
export function reply(text: string): void {
  const { chat } = ui!
  chat.shelf.set('spoken', '1')
  chat.outbox.add({ client_id: newId(), text, attachments: [], conversation: chat.current()?.id })
}

/** Kept before it is told: a click often leads to another page. */
function tell(did: Did): void {
  const { chat } = ui!
  if (!chat.isAgreed()) return
  chat.visit.set('modals', JSON.stringify([...(readJson<Did[]>(chat.visit, 'modals') ?? []), did]))
  tellRest()
}

let telling = false
function tellRest(): void {
  const { chat } = ui!
  const [first] = readJson<Did[]>(chat.visit, 'modals') ?? []
  if (!first || telling) return
  telling = true
  const drop = (): void => {
    const [, ...rest] = readJson<Did[]>(chat.visit, 'modals') ?? []
    chat.visit.set('modals', JSON.stringify(rest))
  }
  chat.socket().send('modal.tell', first).then(drop, (error) => (error.retryable ? true : drop())).then((again) => {
    telling = false
    setTimeout(() => ui && tellRest(), again || chat.connection() !== 'up' ? 2000 : 0)
  })
}

/** Takes everything out of the page again. */
export function stop(): void {
  triggers?.stop()
  waiting.length = 0
  current?.close()
  ui = triggers = unborn = undefined
}
