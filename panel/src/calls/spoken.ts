import type { Call } from '@shared/types'
import { useWords } from '../words/words'
import type { Mine } from './phone-state'
import { muting, standing, taping } from './standing'

/**
 * What a screen reader says of the telephone, whatever one does meanwhile: who rings, each change of the call, that it is over.
 * How good the sound is changes too often for that: it is said where it is bad.
 */
export function useSpoken(ringing: Call | undefined, mine: Mine | null, over: Call | null): string {
  const { t } = useWords()
  const said = ({ contact }: Call, ...state: (string | false | undefined)[]) => t('calls.spoken', { name: contact?.name ?? '', state: state.filter(Boolean).join('. ') })
  if (ringing) return t('calls.rings', { name: ringing.contact?.name ?? '' })
  if (mine) return said(mine.call, standing(mine, t), taping(mine, t), muting(mine, t), isPoor(mine) && t('calls.sound.bad'))
  if (over) return said(over, t(`calls.reason.${over.reason ?? 'hung_up'}`))
  return ''
}

const isPoor = ({ phase, sound, call }: Mine): boolean => phase === 'talking' && sound === 'bad' && call.held.length === 0
