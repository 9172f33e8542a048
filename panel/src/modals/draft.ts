import type { ShownBlock, ShownModal } from '@shared/modal/types'
import type { Language, T } from '../words/words'
import type { Block, Draft, Modal, Picture, Rules } from './types'

export const KINDS = ['heading', 'text', 'image', 'button', 'form'] as const
/** What an automatic message is made of. */
export const IN_MESSAGES: readonly Block['kind'][] = ['text', 'image', 'button']
export const MOST_BUTTONS = 3

export const newBlock = (kind: Block['kind'], act: Block['act'] = 'link'): Block => ({ kind, text: {}, file: null, url: '', act, reply: {}, form: null })

const RULES: Rules = {
  where: null, urls: [], not_urls: [], delay: 5, scroll: null, leaving: false, often: 'once', days: 7, most: null,
  visitors: 'any', hours: 'any', starts: null, ends: null, priority: 50,
}

/** Something to begin with: it reads well as it is. */
export function newDraft(kind: Modal['kind'], t: T, language: Language): Draft {
  const say = (block: Block, words: string): Block => ({ ...block, text: { [language]: words } })
  const blocks = kind === 'message'
    ? [say(newBlock('text'), t('modal.begin.message'))]
    : [say(newBlock('heading'), t('modal.begin.heading')), say(newBlock('text'), t('modal.begin.text')), say(newBlock('button', 'chat'), t('modal.begin.button'))]
  return { name: '', kind, on: false, layout: 'center', size: 'medium', accent: '', show_as: 'bubble', author: null, blocks, rules: RULES }
}

/** What may be written of one. */
export function draftOf({ name, kind, on, layout, size, accent, show_as, author, blocks, rules }: Modal): Draft {
  return { name, kind, on, layout, size, accent, show_as, author, blocks, rules }
}

/** It as a page would get it. */
export function shown(draft: Draft, pictures: Record<number, Picture>, author: ShownModal['author']): ShownModal {
  const blocks = draft.blocks.map(({ file, ...block }): ShownBlock => ({ ...block, picture: file ? pictures[file] ?? null : null }))
  const { kind, layout, size, accent, show_as, rules } = draft
  return { id: 0, kind, layout, size, accent, show_as, author, often: rules.often, blocks: blocks.filter((block) => block.kind !== 'image' || block.picture || block.url) }
}
