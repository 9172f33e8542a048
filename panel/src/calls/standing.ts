import type { T } from '../words/words'
import type { Mine } from './phone-state'

/** How the call of this window stands, in words: for the eye in its bar, for the ear in what a screen reader says. */
export function standing({ call, leg, phase }: Mine, t: T): string {
  const { consult } = call
  if (consult?.leg === leg) return t('calls.state.asked', { name: call.agent?.name ?? '' })
  if (consult) return t(consult.leg ? 'calls.state.asking' : 'calls.state.askRings', { name: consult.name })
  if (phase === 'calling') return t('calls.state.calling')
  if (phase !== 'talking') return t(`calls.state.${phase}`)
  if (call.held.includes('agent')) return t('calls.state.held')
  return t(call.held.includes('contact') ? 'calls.state.heldByThem' : 'calls.state.talking')
}

/** Whether it is recorded, in words; undefined where it is not. */
export const taping = ({ call: { recording } }: Mine, t: T): string | undefined => recording ? t(recording === 'on' ? 'calls.recorded' : 'calls.recordingPaused') : undefined

/** Whether the other side can be heard, in words; undefined where it can. */
export const muting = ({ call }: Mine, t: T): string | undefined => (call.muted.includes('contact') ? t('calls.theyMuted') : undefined)
