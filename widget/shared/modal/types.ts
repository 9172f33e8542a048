import type { Attachment, Author, MessageSize } from '../types'

export type Words = { en?: string; pl?: string }
export type BlockKind = 'heading' | 'text' | 'image' | 'button' | 'form'
export type Act = 'link' | 'chat' | 'close' | 'reply'
export type ModalLayout = 'center' | 'top' | 'bottom' | 'corner' | 'full'
export type Often = 'always' | 'session' | 'once' | 'days' | 'until_clicked'

export type ShownBlock = {
  kind: BlockKind
  text: Words
  url: string
  act: Act
  reply: Words
  /** An uploaded image, with an address that is good for a while. */
  picture: Attachment | null
  form: number | null
}

/** Something that shows itself: a modal, or a chat message that is sent by itself. */
export type ShownModal = {
  id: number
  kind: 'modal' | 'message'
  layout: ModalLayout
  size: 'small' | 'medium' | 'large'
  accent: string
  show_as: MessageSize
  author: Author | null
  often: Often
  blocks: ShownBlock[]
}

/** What the page decides of when one shows itself. */
export type PageRules = {
  urls: string[]
  not_urls: string[]
  delay: number | null
  scroll: number | null
  leaving: boolean
  often: Often
  visitors: 'any' | 'first' | 'returning'
  priority: number
}

export type DueModal = { modal: number; rules: PageRules }
