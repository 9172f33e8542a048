export { default as styles } from './emoji.css'

const EMOJI =
  '😀 😄 😁 😅 😂 🤣 🙂 😉 😊 😍 🥰 😘 😋 😜 🤗 🤔 🤨 😐 😏 🙄 😬 😌 😴 🤒 😎 🥳 😕 😟 😮 😳 🥺 😢 😭 😱 😤 😡 🤯 🙈 👋 👌 ✌️ 🤞 👍 👎 👏 🙌 🙏 💪 🤝 👀 ' +
  '❤️ 💛 💚 💙 💜 🖤 💔 💯 ✨ ⭐ 🔥 🎉 🎁 🎂 🎈 🌹 🌞 🌧️ ❄️ 🌍 🐶 🐱 🍀 🍕 🍰 ☕ 🍺 🚗 ✈️ 🏠 📦 🛒 💳 💰 📞 📱 💻 📷 📎 📄 📅 ⏰ 🔍 🔧 🔒 🔑 💡 ✅ ❌ ❗ ❓ ⚠️'

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }

/** Closes the picker that is open. */
let close: (() => void) | undefined

/** Opens the emoji in `place`, or closes them; arrows move, Enter puts one into the field, Esc closes. */
export function togglePicker(
  place: HTMLElement, field: HTMLTextAreaElement, opener: HTMLElement, label: string, write: (text: string) => void,
): void {
  if (close) return close()
  const grid = document.createElement('div')
  close = () => {
    close = undefined
    grid.remove()
    opener.setAttribute('aria-expanded', 'false')
    field.focus()
  }
  const pick = (emoji: string): void => {
    field.setRangeText(emoji, field.selectionStart, field.selectionEnd, 'end')
    write(field.value)
    close?.()
  }
  grid.className = 'picker'
  grid.setAttribute('role', 'group')
  grid.setAttribute('aria-label', label)
  const buttons = EMOJI.split(' ').map((emoji, place) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = emoji
    button.tabIndex = place ? -1 : 0
    button.onclick = () => pick(emoji)
    return button
  })
  grid.append(...buttons)
  grid.onkeydown = (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      return close?.()
    }
    const step = STEPS[event.key]
    const next = buttons[buttons.indexOf(event.target as HTMLButtonElement) + (step ?? 0)]
    if (!step || !next) return
    event.preventDefault()
    next.focus()
  }
  place.append(grid)
  opener.setAttribute('aria-expanded', 'true')
  buttons[0]!.focus()
}
