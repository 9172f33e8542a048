import type * as Api from '../live/api-types'
import type { Tree } from '../segments/types'

export type Modal = Api.Modal
export type Block = Api.Block
export type Rules = Api.Rules
export type Reach = Api.Reach
export type Picture = NonNullable<Api.ShownBlock['picture']>

/** What somebody makes; the rest is counted. */
export type Draft = Pick<Modal, 'name' | 'kind' | 'on' | 'layout' | 'size' | 'accent' | 'show_as' | 'author' | 'blocks' | 'rules'>
export type Where = Tree | null
