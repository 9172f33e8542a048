import type { NoDevice } from '../../../shared/calls/devices'
import type { Key } from '../../words'
import { lasting } from './parts'
import type { Desk } from './desk'
import type { Ui } from '../../start'

/** What there is to say about the microphone or the camera, by why there is none. */
const NO_DEVICE = new Map<string, Key>([
  ['insecure', 'callInsecure'], ['refused', 'callRefused'], ['missing', 'callMissing'], ['busy', 'callBusyDevice'],
])
/** What there is to say about a call that ended, by its reason. */
const ENDS = new Map<string, Key>([
  ['declined', 'callNobody'], ['unanswered', 'callNobody'], ['nobody', 'callNobody'], ['lost', 'callLost'], ['cancelled', 'callMissed'], ['message', 'callLeft'],
])
/** What there is to say about a call that could not be, by the reason or the code of the error. */
const PROBLEMS = new Map<string, Key>([
  ['calls_off', 'callOff'], ['calls_closed', 'callOff'], ['call_busy', 'callElsewhere'], ['call_elsewhere', 'callElsewhere'], ['call_over', 'callEnded'], ['call_taken', 'callEnded'],
  ['unavailable', 'callOffline'], ['rate_limited', 'callTooOften'],
])
const STATES = new Map<string, Key>([
  ['connecting', 'callConnecting'], ['connected', 'callGood'], ['weak', 'callWeak'], ['away', 'callAway'], ['failed', 'callFailed'],
])

/** How the call stands, in one line. */
export function standing(desk: Desk, { words }: Ui): string {
  const { step, call, problem } = desk
  if (step === 'calling') return words('callCalling')
  if (step === 'ringing') return words('callRings')
  if (step === 'elsewhere') return words('callElsewhere')
  if (step === 'over') {
    if (problem) return words(PROBLEMS.get(problem) ?? 'callProblem')
    const isMissed = call!.direction === 'out' && !call!.answered
    if (isMissed && call!.reason !== 'declined') return words('callMissed')
    return call!.reason === 'hung_up' ? words('callDone', { time: lasting(call!.seconds) }) : words(ENDS.get(call!.reason!) ?? 'callEnded')
  }
  if (call!.state === 'ringing') return words('callThrough')
  if (call!.state === 'message' && desk.state !== 'connecting') return words('callSpeak')
  if (call!.held.includes('agent')) return words('callHeld')
  return words(STATES.get(desk.state)!)
}

export const whyNot = (why: NoDevice, { words }: Ui): string => words(NO_DEVICE.get(why)!)
