import type { Ui } from '../start'
import css from './menu.css'

export const styles = css

let close: (() => void) | undefined

/** Opens what else can be done with the conversation below its button, or closes it; arrows move, Esc closes. */
export function toggleMenu(ui: Ui, opener: HTMLElement): void {
  if (close) return close()
  const { chat, words } = ui
  const conversation = chat.threads.newestFirst()[0]!.conversation.id
  const box = document.createElement('div')
  const said = document.createElement('p')
  const items = document.createElement('div')
  items.setAttribute('role', 'menu')
  items.ariaLabel = words('menu')
  said.setAttribute('role', 'status')
  box.className = 'talk-menu'
  box.append(items, said)

  const item = (name: string, act: () => Promise<string>): void => {
    const button = document.createElement('button')
    button.setAttribute('role', 'menuitem')
    button.textContent = name
    button.onclick = () => {
      said.textContent = words('transcriptWait')
      act().then((text) => (said.textContent = text), (error) => (said.textContent = words(error?.code === 'rate_limited' ? 'transcriptLater' : 'transcriptFailed')))
    }
    items.append(button)
  }
  item(words('transcriptGet'), async () => {
    const { url } = await chat.socket().send('transcript.link', { conversation })
    // The server says that it is a file to keep: the page stays where it is.
    const link = document.createElement('a')
    link.href = `${chat.href(url)}&l=${ui.formats.locale.slice(0, 2) === 'pl' ? 'pl' : 'en'}`
    link.target = '_blank'
    link.rel = 'noopener'
    link.click()
    return words('transcriptThere')
  })
  const email = chat.session()?.contact.email
  if (email) item(words('transcriptMail', { email }), async () => words('transcriptSent', { email: (await chat.socket().send('transcript.mail', { conversation })).to }))

  const buttons = [...items.children] as HTMLElement[]
  const outside = (event: Event): void => void (event.composedPath().some((one) => one === box || one === opener) || close?.())
  close = () => {
    close = undefined
    removeEventListener('pointerdown', outside, true)
    box.remove()
    opener.ariaExpanded = 'false'
    opener.focus()
  }
  box.onkeydown = (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      return close?.()
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    buttons.at((buttons.indexOf(event.target as HTMLElement) + step) % buttons.length)!.focus()
  }
  addEventListener('pointerdown', outside, true)
  opener.parentElement!.append(box)
  opener.ariaExpanded = 'true'
  buttons[0]!.focus()
}
