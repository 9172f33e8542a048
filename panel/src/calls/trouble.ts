import { refusal } from '../words/refusals'
import type { Key, T } from '../words/words'

const DEVICE = ['insecure', 'refused', 'missing', 'busy']

/** Why a call could not be taken or made, in the person's language, with what to do next. */
export const trouble = (failed: unknown, t: T): string => (typeof failed === 'string' && DEVICE.includes(failed) ? t(`calls.microphone.${failed}` as Key) : refusal(failed, t))
