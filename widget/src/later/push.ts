import type { Ui } from '../start'
import css from './push.css'

export const styles = css

/** Kept once the visitor has said yes or no; who said yes is asked no more, and who said no neither. */
const FLAG = 'push'
const YES = '1'
const LINK = '#switchboard'

let begun = false
let box: HTMLElement | undefined
/** Whether the website has the file that shows messages; without it nobody is asked. */
let hosted: Promise<boolean> | undefined
let told = ''

/** Called with every drawing: offers push messages to whoever has written, and keeps up those that were allowed. */
export function look(ui: Ui): void {
  const { chat } = ui
  if (!('PushManager' in window) || !('serviceWorker' in navigator) || !('Notification' in window)) return openLinked(ui)
  if (!begun) {
    begun = true
    openLinked(ui)
    navigator.serviceWorker.addEventListener('message', ({ data }) => {
      if (data?.switchboard === 'open' && ui.stage.root.isConnected) chat.setOpen(true)
    })
  }
  const person = chat.session()?.user_key ?? ''
  if (told !== person) {
    told = person
    void keepUp(ui).catch(() => {})
  }
  if (box) place(ui)
  else if (isWanted(ui)) void (hosted ??= isHosted(ui)).then((is) => is && !box && isWanted(ui) && offer(ui))
}

const isWanted = ({ chat }: Ui): boolean =>
  chat.isOpen() && !!chat.shelf.get('spoken') && !chat.shelf.get(FLAG) && Notification.permission !== 'denied'

/** A notification was clicked while the website was closed: it leads here, with the chat open. */
function openLinked({ chat }: Ui): void {
  if (location.hash !== LINK) return
  history.replaceState(history.state, '', location.pathname + location.search)
  chat.setOpen(true)
}

const path = ({ chat }: Ui): string => String(chat.options.pushWorker ?? '/switchboard-sw.js')
/** A scope of its own, so that a worker which the website has for itself is left alone. */
const scopeOf = (ui: Ui): string => new URL('switchboard-push/', new URL(path(ui), location.href)).href

async function isHosted(ui: Ui): Promise<boolean> {
  const answer = await fetch(path(ui)).catch(() => undefined)
  return !!answer?.ok && /javascript/.test(answer.headers.get('Content-Type') ?? '') && (await answer.text()).includes('push-worker.js')
}

/** What was allowed is told with each visit: servers forget, and another person may sit here now. */
async function keepUp(ui: Ui): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration(scopeOf(ui))
  const subscription = await registration?.pushManager.getSubscription()
  if (!subscription) return
  if (ui.chat.shelf.get(FLAG) === YES && Notification.permission === 'granted') await subscribe(ui)
  else await subscription.unsubscribe()
}

async function subscribe(ui: Ui): Promise<void> {
  const { chat } = ui
  const key = bytes(chat.session()!.application.push!)
  const registration = await navigator.serviceWorker.register(`${path(ui)}?hub=${encodeURIComponent(chat.href(''))}`, { scope: scopeOf(ui) })
  await standing(registration)
  let subscription = await registration.pushManager.getSubscription()
  if (subscription && !same(subscription.options.applicationServerKey, key)) {
    await subscription.unsubscribe()
    subscription = null
  }
  subscription ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  await chat.socket().send('push.allow', { ...subscription.toJSON(), user_agent: navigator.userAgent })
}

/** Waits until the worker is there: before that no browser subscribes. */
async function standing({ active, waiting, installing }: ServiceWorkerRegistration): Promise<void> {
  const coming = installing ?? waiting
  if (active || !coming) return
  await new Promise<void>((resolve, reject) => coming.addEventListener('statechange', () => {
    if (coming.state === 'activated') resolve()
    else if (coming.state === 'redundant') reject(new Error('The worker could not be installed.'))
  }))
}

function bytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

const same = (one: ArrayBuffer | null, other: Uint8Array): boolean => {
  const held = new Uint8Array(one ?? [])
  return held.length === other.length && other.every((byte, index) => byte === held[index])
}

// ——— the question

function offer(ui: Ui): void {
  const { words, chat } = ui
  box = document.createElement('div')
  box.className = 'offer'
  box.setAttribute('role', 'group')
  box.setAttribute('aria-label', words('pushOffer'))
  const say = document.createElement('p')
  say.textContent = words('pushOffer')
  const yes = button(words('pushYes'), 'yes')
  const no = button(words('pushNo'), '')
  no.onclick = () => {
    chat.shelf.set(FLAG, 'no')
    close(ui)
  }
  yes.onclick = async () => {
    yes.disabled = true
    try {
      // First of all: browsers ask only as long as the click is fresh.
      if ((await Notification.requestPermission()) !== 'granted') return close(ui)
      await subscribe(ui)
      chat.shelf.set(FLAG, YES)
      thank(ui, say, yes, no)
    } catch {
      say.textContent = words('pushFailed')
      yes.disabled = false
    }
  }
  box.append(say, yes, no)
  place(ui)
}

function thank(ui: Ui, say: HTMLElement, yes: HTMLElement, no: HTMLButtonElement): void {
  say.textContent = ui.words('pushDone')
  say.setAttribute('role', 'status')
  yes.remove()
  no.textContent = ui.words('pushOff')
  no.onclick = async () => {
    ui.chat.shelf.set(FLAG, 'no')
    close(ui)
    const registration = await navigator.serviceWorker.getRegistration(scopeOf(ui))
    const subscription = await registration?.pushManager.getSubscription()
    if (!subscription) return
    await ui.chat.socket().send('push.stop', { endpoint: subscription.endpoint }).catch(() => {})
    await subscription.unsubscribe()
  }
  no.focus()
}

function button(text: string, style: string): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = style
  made.textContent = text
  return made
}

/** Above the field; what it covers of the conversation is at its end, so that is shown again. */
function place({ stage }: Ui): void {
  const composer = stage.find('.composer')
  if (box && composer && box.nextSibling !== composer) composer.before(box)
}

function close({ stage }: Ui): void {
  const had = box?.contains(stage.focused())
  box?.remove()
  box = undefined
  if (had) stage.find('textarea')?.focus()
}
