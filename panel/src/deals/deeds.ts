import { useQueryClient } from '@tanstack/react-query'
import { useLive } from '../live/context'
import { tellFailed } from '../people/undo'
import { useRefresh } from '../people/names'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import type { Deal } from './types'

/** Changes a deal, or with a `verb` moves, wins, loses or reopens it; the answer is shown at once, a refusal told. Says whether it was done. */
export function useDealDeed() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const refresh = useRefresh()
  return async (id: number, said: object, verb?: 'move' | 'win' | 'lose' | 'reopen'): Promise<boolean> => {
    try {
      const after = await (verb ? live.rest<Deal>('POST', `deals/${id}/${verb}`, said) : live.rest<Deal>('PATCH', `deals/${id}`, said))
      queries.setQueryData(['deals', 'one', id], after)
      refresh('deals', 'names tags')
      return true
    } catch (error) {
      tellFailed(t, refusal(error, t))
      return false
    }
  }
}
