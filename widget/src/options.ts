import type { Look } from '../shared/types'

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
  /** Whether the visitor agreed to be followed; `required` until `UE.consent(true)` says so. Without it they did. */
  consent?: 'required' | 'given' | 'denied'
  state?: 'simple' | 'standard' | 'expanded' | 'hidden'
  /** Which widget of several, by its key. */
  widget?: string
  /** How it looks, from the designer of the panel: then nothing is asked for. */
  look?: Look
  onLoad?: () => void
  onOpen?: () => void
  onClose?: () => void
  onMessage?: (message: { content: string; isAdmin: boolean }) => void
  [attribute: string]: unknown
}

/** Whether there may be more in the options than directions for the widget: facts about the person. */
export const hasFacts = (options: Options): boolean =>
  Object.keys(options).some((key) => !/Key$|^(on[A-Z]|consent$|identity$|state$|user_|widget$|look$)/.test(key))

/** Who the page says this is: signed, or a hint that directs attributes only. */
export function identityIn({ identity, user_id, user_hash, email }: Options): unknown {
  if (identity) return identity
  const id = user_id == null ? undefined : String(user_id)
  if (id && user_hash) return { user_id: id, hash: user_hash, email }
  return id || email ? { user_id: id, email } : undefined
}
