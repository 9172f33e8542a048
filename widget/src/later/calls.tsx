import type { Ui } from '../start'
import { Bar } from './calls/bar'
import { Desk } from './calls/desk'
import { View } from './calls/view'

export { borrow } from './kit'
export { default as styles } from './calls.css'

let desk: Desk | undefined
const deskOf = (ui: Ui): Desk => (desk?.ui === ui ? desk : (desk = new Desk(ui)))

/** Called with every drawing. */
export const look = (ui: Ui): void => deskOf(ui).look()

/** The visitor wants to call. */
export function call(ui: Ui): void {
  ui.chat.setOpen(true)
  void deskOf(ui).wish()
}

export const stop = (): void => desk?.stop()

/** A call within the open chat: filling it, or as a bar above it. */
export function InChat({ ui }: { ui: Ui }) {
  const { step, isLarge } = deskOf(ui)
  if (step === 'none' || !ui.chat.isOpen()) return null
  return isLarge ? <View ui={ui} desk={desk!} /> : <Bar ui={ui} desk={desk!} open={() => desk!.enlarge(true)} />
}

/** A call while the chat is closed: whoever rings is seen whole, and a call that goes on is a bar. */
export function Outside({ ui }: { ui: Ui }) {
  const { step } = deskOf(ui)
  if (step === 'none' || step === 'asking') return null
  const open = (): void => {
    ui.chat.setOpen(true)
    desk!.enlarge(true)
  }
  return <div class="outside">{step === 'ringing' ? <View ui={ui} desk={desk!} /> : <Bar ui={ui} desk={desk!} open={open} />}</div>
}
