import type { Call } from '@shared/types'
import { useWords } from '../words/words'
import { stateOf } from './bar'
import type { Mine } from './phone-state'

/** What a screen reader says of the telephone, whatever one does meanwhile: who rings, how the call stands, that it is over. */
export function useSpoken(ringing: Call | undefined, mine: Mine | null, over: Call | null): string {
  const { t } = useWords()
  const name = (call: Call) => call.contact?.name ?? ''
  if (ringing) return t('calls.rings', { name: name(ringing) })
  if (mine) return t('calls.spoken', { name: name(mine.call), state: t(stateOf(mine)) })
  if (over) return t('calls.spoken', { name: name(over), state: t(`calls.reason.${over.reason ?? 'hung_up'}`) })
  return ''
}
