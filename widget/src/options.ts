/** What the page tells in `window.civchat`, and in the calls that carry the same properties. */
export type Options = {
  apiKey?: string
  appKey?: string
  user_id?: string | number
  email?: string
  /** A JWT signed by the page's server. */
  identity?: string
  /** HMAC of `user_id`, made by the page's server. */
  user_hash?: string
  state?: 'simple' | 'standard' | 'expanded' | 'hidden'
  onLoad?: () => void
  onOpen?: () => void
  onClose?: () => void
  onMessage?: (message: { content: string; isAdmin: boolean }) => void
  [attribute: string]: unknown
}

const STANDARD = new Set([
  'email', 'name', 'first_name', 'last_name', 'phone_number', 'gender', 'status', 'score', 'city', 'country', 'unsubscribed',
])

/** Other spellings that existing integrations send. */
const ALIASES: Record<string, string> = {
  firstName: 'first_name', lastName: 'last_name', 'First name': 'first_name', 'Last name': 'last_name',
}

/** Directions for the widget, not facts about the person; companies, tags and events get commands of their own. */
const RESERVED = new Set([
  'apiKey', 'appKey', 'user_id', 'identity', 'user_hash', 'state', 'company', 'tags', 'source_context', 'URL', 'event',
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

/** Who the page says this is: signed, or a hint that directs attributes only. */
export function identityIn({ identity, user_id, user_hash, email }: Options): unknown {
  if (identity) return identity
  const id = user_id == null ? undefined : String(user_id)
  if (id && user_hash) return { user_id: id, hash: user_hash, email }
  return id || email ? { user_id: id, email } : undefined
}
