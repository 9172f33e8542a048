import type * as Api from '../live/api-types'

/** As the API writes conditions: an object with a `type` and the fields of that type. */
export type Condition = { type: string } & Record<string, unknown>
export type GroupKind = 'all' | 'any' | 'none'
export type Tree = { all: Part[] } | { any: Part[] } | { none: Part[] }
export type Part = Condition | Tree

/** A segment as the API tells of it; the panel knows how its conditions are written. */
export type Segment = Omit<Api.Segment, 'where'> & { where: Tree }
export type Preview = Api.PreviewPreview
export type Answer = Omit<Api.SegmentsAnswer, 'condition' | 'parts'> & { condition: Condition | null; parts: Answer[] }
export type Explanation = { inside: boolean; answer: Answer }

export type PropertyCondition = { property: string; op: string; value: unknown }
