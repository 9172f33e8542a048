import type { Options } from '../options'

const STANDARD = new Set(['email', 'name', 'first_name', 'last_name', 'phone_number', 'city', 'country'])

/** Other spellings that existing integrations send. */
const ALIASES: Record<string, string> = {
  firstName: 'first_name', lastName: 'last_name', 'First name': 'first_name', 'Last name': 'last_name',
}

/** Directions for the widget, and what the server has no place for yet: told now, it would become a custom attribute. */
const RESERVED = new Set([
  'apiKey', 'appKey', 'user_id', 'identity', 'user_hash', 'state', 'gender', 'status', 'score', 'unsubscribed', 'company', 'tags', 'source_context', 'URL', 'event',
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
