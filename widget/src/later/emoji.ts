export { default as styles } from './emoji.css'

const EMOJI =
  '😀 😄 😁 😅 😂 🤣 🙂 😉 😊 😍 🥰 😘 😋 😜 🤗 🤔 🤨 😐 😏 🙄 😬 😌 😴 🤒 😎 🥳 😕 😟 😮 😳 🥺 😢 😭 😱 😤 😡 🤯 🙈 👋 👌 ✌️ 🤞 👍 👎 👏 🙌 🙏 💪 🤝 👀 ' +
  '❤️ 💛 💚 💙 💜 🖤 💔 💯 ✨ ⭐ 🔥 🎉 🎁 🎂 🎈 🌹 🌞 🌧️ ❄️ 🌍 🐶 🐱 🍀 🍕 🍰 ☕ 🍺 🚗 ✈️ 🏠 📦 🛒 💳 💰 📞 📱 💻 📷 📎 📄 📅 ⏰ 🔍 🔧 🔒 🔑 💡 ✅ ❌ ❗ ❓ ⚠️'

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }

/** Shows the emoji in `place`; arrows move, Enter picks, Esc closes. Returns what closes it. */
export function openPicker(place: HTMLElement, label: string, pick: (emoji: string) => void, close: () => void): () => void {
  const grid = document.createElement('div')
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
      return close()
    }
    const step = STEPS[event.key]
    const next = buttons[buttons.indexOf(event.target as HTMLButtonElement) + (step ?? 0)]
    if (!step || !next) return
    event.preventDefault()
    next.focus()
  }
  place.append(grid)
  buttons[0]!.focus()
  return () => grid.remove()
}
