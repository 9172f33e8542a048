import type { h as create } from '../ui/draw'
import type { Face } from '../ui/face'
import type { Icon, IconButton } from '../ui/icons'
import type { Text } from '../ui/text'

/** What the chat lends to the chunks that come later, so that they need not bring it a second time. */
export type Kit = {
  h: typeof create
  Face: typeof Face
  Icon: typeof Icon
  IconButton: typeof IconButton
  Text: typeof Text
}

export let kit: Kit

export const borrow = (lent: Kit): void => {
  kit = lent
}
