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

const drop = (id: string) => keep(all().filter((each) => each.report.client_id !== id))

/** What the server has against a report, which then waits no more. */
export class Refused extends Error {
  constructor(readonly report: NewFault, override readonly cause: RestError) {
    super(cause.message)
  }
}

/** Send one report; return its number. Raises RestError, and Refused where trying again is of no use. */
export async function post(live: Live, report: NewFault): Promise<number> {
  try {
    return (await live.rest<{ id: number }>('POST', 'faults', report)).id
  } catch (error) {
    const final = error instanceof RestError && error.status >= 400 && error.status < 500 && error.status !== 429
    throw final ? new Refused(report, error) : error
  }
}

/** Send what waits; return the numbers that the reports got. Raises as `post` does; what is refused waits no more. */
export async function send(live: Live, owner: string): Promise<number[]> {
  const made: number[] = []
  for (const report of waiting(owner)) {
    try {
      made.push(await post(live, report))
    } catch (error) {
      if (error instanceof Refused) drop(report.client_id)
      throw error
    }
    drop(report.client_id)
  }
  return made
}
