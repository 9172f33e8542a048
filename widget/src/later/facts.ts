import type { Shelf } from '../../shared/outbox'
import type { Commands, WireError } from '../../shared/types'
import type { Options } from '../options'
import { readJson } from '../shelf'
import type { Socket } from '../socket'

const STANDARD = new Set(['email', 'name', 'first_name', 'last_name', 'phone_number', 'city', 'country'])

/** Other spellings that existing integrations send. */
const ALIASES: Record<string, string> = {
  firstName: 'first_name', lastName: 'last_name', 'First name': 'first_name', 'Last name': 'last_name',
}

/** Directions for the widget, and what the server has no place for yet: told now, it would become a custom attribute. */
const RESERVED = new Set([
  'apiKey', 'appKey', 'consent', 'user_id', 'identity', 'user_hash', 'pushWorker', 'state', 'widget', 'look', 'tags', 'source_context', 'URL', 'event',
])

/** The facts among the options, as `contact.update` wants them; null when there are none. */
export function factsIn(options: Options): Record<string, unknown> | null {
  const facts: Record<string, unknown> = {}
  const attributes: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(options)) {
    if (value == null || typeof value === 'function' || RESERVED.has(key)) continue
    const name = ALIASES[key] ?? key
    const home = STANDARD.has(name) ? facts : attributes
    home[name] = value
  }
  if (Object.keys(attributes).length) facts.attributes = attributes
  return Object.keys(facts).length ? facts : null
}

type Waiting = Commands['event'][0][]
const waiting = (shelf: Shelf): Waiting => readJson<Waiting>(shelf, 'events') ?? []
let isTelling = false

/** Tells what the page knows about the person, and what they did, in order. `shelf` lives as long as the visit. */
export async function tell(options: Options, person: string, shelf: Shelf, socket: Socket): Promise<void> {
  // Once for each visit and person is enough: the next page of the site says the same again.
  const facts = factsIn(options)
  const about = person + JSON.stringify(facts)
  if (facts && shelf.get('facts') !== about) {
    socket.send('contact.update', facts).then(() => shelf.set('facts', about)).catch(refused)
  }
  if (isTelling) return
  isTelling = true
  try {
    // One at a time: the server knows an event that it hears twice in a row by its time.
    for (let event; (event = waiting(shelf)[0]); shelf.set('events', JSON.stringify(waiting(shelf).slice(1)))) {
      await socket.send('event', event).catch((error: WireError) => {
        if (error.retryable) throw error
        refused(error)
      })
    }
    shelf.remove('events')
  } catch {
    // No connection: the next one tells them.
  }
  isTelling = false
}

/** What the server can't keep is gone; the console tells whoever wrote the page why. */
function refused(error: WireError): void {
  if (!error.retryable) console.warn(`Switchboard: ${error.message}`)
}
