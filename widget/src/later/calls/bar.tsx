import type { Ui } from '../../start'
import type { Desk } from './desk'
import { CallButton, Clock, ICONS, otherOf } from './parts'
import { standing } from './words'

/** The call as a bar: above the chat, so that it can be used meanwhile, or beside the launcher. */
export function Bar({ ui, desk, open }: { ui: Ui; desk: Desk; open: () => void }) {
  const { words } = ui
  const { step, call } = desk
  const other = otherOf(desk, ui)
  const isTalking = step === 'talking'
  const isOver = step === 'over' || step === 'elsewhere'
  return (
    <section class={`call bar ${step} ${desk.state}`} aria-label={words('callWith', { name: other.name })} tabIndex={-1}>
      <button type="button" class="main" aria-label={words('callShow')} onClick={open}>
        <b>{other.name}</b>
        <span class="state" role="status">{standing(desk, ui)}</span>
      </button>
      {isTalking && call?.answered && <Clock since={call.answered} />}
      {isTalking && (
        <CallButton pressed={desk.isMuted} path={desk.isMuted ? ICONS.noVoice : ICONS.voice} label={words('callMute')} act={() => desk.mute()} />
      )}
      {step === 'ringing' && <CallButton kind="take" path={ICONS.phone} label={words('callTake')} act={() => void desk.accept()} />}
      {!isOver && <CallButton kind="end" path={ICONS.phone} label={words(step === 'ringing' ? 'callDecline' : 'callEnd')} act={() => desk.end()} />}
      {step === 'over' && <CallButton path="m6 6 12 12M18 6 6 18" label={words('callClose')} act={() => desk.end()} />}
    </section>
  )
}
