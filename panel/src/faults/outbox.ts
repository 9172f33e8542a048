import type { NewFault } from '../live/api-types'
import type { Live } from '../live/live'
import { RestError } from '../live/rest'

const KEPT = 'panel.faults'

/** Reports that wait for the network, with whose they are. */
type Waiting = { owner: string; report: NewFault }

export const waiting = (owner: string): NewFault[] => all().filter((each) => each.owner === owner).map(({ report }) => report)
const all = (): Waiting[] => JSON.parse(localStorage.getItem(KEPT) ?? '[]') as Waiting[]
const keep = (list: Waiting[]) => localStorage.setItem(KEPT, JSON.stringify(list))

/** Keep a report first, then try: whatever happens in between, it is not lost, and the same id twice is one report. False where a browser has no room for it. */
export function put(owner: string, report: NewFault): boolean {
  try {
    keep([...all().filter((each) => each.report.client_id !== report.client_id), { owner, report }])
    return true
  } catch {
    return false
  }
}

/** Send one that this browser has no room to keep. Raises RestError. */
export const sendOnly = async (live: Live, report: NewFault): Promise<number[]> => [(await live.rest<{ id: number }>('POST', 'faults', report)).id]

const drop = (id: string) => keep(all().filter((each) => each.report.client_id !== id))

/** Send what waits; return the numbers that the reports got. Raises what the server has against one, which then waits no more. */
export async function send(live: Live, owner: string): Promise<number[]> {
  const made: number[] = []
  for (const report of waiting(owner)) {
    try {
      made.push((await live.rest<{ id: number }>('POST', 'faults', report)).id)
    } catch (error) {
      if (error instanceof RestError && error.status >= 400 && error.status < 500 && error.status !== 429) drop(report.client_id)
      throw error
    }
    drop(report.client_id)
  }
  return made
}
