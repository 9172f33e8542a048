import type { Attribute, ValueType } from '../people/types'
import type { Condition, GroupKind, Part, Tree } from './types'

/** A tree while it is edited: each node has a key that stays, so that fields keep the focus when their neighbours go. */
export type EditGroup = { key: number; kind: GroupKind; parts: EditPart[] }
export type EditCondition = { key: number; condition: Condition }
export type EditPart = EditGroup | EditCondition

let keys = 0
const fresh = () => ++keys

export const isGroup = (part: EditPart): part is EditGroup => 'parts' in part
export const isTree = (part: Part): part is Tree => !('type' in part)
export const kindOf = (tree: Tree): GroupKind => Object.keys(tree)[0] as GroupKind
export const partsOf = (tree: Tree): Part[] => Object.values(tree)[0] as Part[]

export const newGroup = (kind: GroupKind = 'any'): EditGroup => ({ key: fresh(), kind, parts: [] })
export const newCondition = (condition: Condition): EditCondition => ({ key: fresh(), condition })

export function edited(tree: Tree): EditGroup {
  return { key: fresh(), kind: kindOf(tree), parts: partsOf(tree).map((part) => (isTree(part) ? edited(part) : newCondition(part))) }
}

/** The tree as the API takes it. What is not finished yet is left out, and so are groups without anything in them. */
export function written(group: EditGroup): Tree {
  const parts = group.parts.flatMap((part): Part[] => {
    if (!isGroup(part)) return isComplete(part.condition) ? [part.condition] : []
    const inner = written(part)
    return partsOf(inner).length ? [inner] : []
  })
  return { [group.kind]: parts } as Tree
}

export const isEmpty = (tree: Tree | null): boolean => !tree || partsOf(tree).length === 0

export function unfinished(group: EditGroup): boolean {
  return group.parts.some((part) => (isGroup(part) ? unfinished(part) : !isComplete(part.condition)))
}

export const deepest = (group: EditGroup): number => 1 + Math.max(0, ...group.parts.map((part) => (isGroup(part) ? deepest(part) : 0)))

/** The types of conditions, in the order in which they are offered. */
export const TYPES = [
  'attribute', 'event', 'page', 'tag', 'list', 'segment', 'presence', 'place', 'device', 'conversation', 'waiting', 'wrote', 'answered',
  'email', 'form', 'modal', 'company', 'group',
] as const
export type ConditionType = (typeof TYPES)[number]

/** Those that ask how often and when something happened. */
export const COUNTED = new Set(['event', 'page', 'email', 'form', 'modal', 'answered', 'wrote'])

const BEGINNINGS: Record<ConditionType, Omit<Condition, 'type'>> = {
  attribute: { attribute: '', op: 'equals' }, event: { event: '' }, page: { url: '' }, tag: { tag: '' }, list: { list: null },
  segment: { segment: null }, presence: { online: true }, place: { what: 'country', is_one_of: [] }, device: { what: 'device', is_one_of: [] },
  conversation: { state: 'open' }, waiting: {}, wrote: {}, answered: {}, email: { did: 'opened' }, form: {}, modal: { did: 'seen' }, company: {}, group: {},
}
export const begin = (type: ConditionType): EditCondition => newCondition({ type, ...BEGINNINGS[type] })

const TEXT = ['equals', 'not_equals', 'contains', 'not_contains', 'starts_with', 'ends_with', 'in', 'not_in', 'is_set', 'is_not_set']
const NUMBER = ['equals', 'not_equals', 'gt', 'gte', 'lt', 'lte', 'between', 'in', 'not_in', 'is_set', 'is_not_set']
const MOMENT = ['less_than_days_ago', 'more_than_days_ago', 'on', 'before', 'after', 'between', 'is_set', 'is_not_set']
export const OPERATORS: Record<ValueType, string[]> = {
  string: TEXT, integer: NUMBER, float: NUMBER, boolean: ['equals', 'is_set', 'is_not_set'], date: MOMENT, datetime: MOMENT,
  fixed: ['equals', 'not_equals', 'in', 'not_in', 'is_set', 'is_not_set'], json: ['is_set', 'is_not_set'],
}
export const PROPERTY_OPERATORS = ['equals', 'not_equals', 'contains', 'starts_with', 'ends_with', 'gt', 'gte', 'lt', 'lte', 'is_set']

export const wantsNothing = (op: unknown): boolean => op === 'is_set' || op === 'is_not_set'
export const wantsMany = (op: unknown): boolean => op === 'in' || op === 'not_in'
export const wantsDays = (op: unknown): boolean => op === 'more_than_days_ago' || op === 'less_than_days_ago'

/** The first operator and value for an attribute that was just picked. */
export function asked(attribute: Attribute): Condition {
  const op = OPERATORS[attribute.type][0]!
  const value = attribute.type === 'boolean' ? true : attribute.type === 'fixed' ? attribute.choices[0] : undefined
  return { type: 'attribute', attribute: attribute.std, op, ...(value === undefined ? {} : { value }) }
}

const filled = (value: unknown): boolean => value !== undefined && value !== null && value !== ''

/** Whether nothing is missing that the server would ask for. */
export function isComplete(condition: Condition): boolean {
  const { type, op, value } = condition
  if (type === 'attribute') {
    if (!condition.attribute) return false
    if (wantsNothing(op)) return true
    if (op === 'between') return Array.isArray(value) && value.length === 2 && value.every(filled)
    return wantsMany(op) ? Array.isArray(value) && value.length > 0 : filled(value)
  }
  if (type === 'event') {
    const where = (condition.where ?? []) as { property: string; op: string; value: unknown }[]
    return filled(condition.event) && where.every((one) => one.property && (one.op === 'is_set' || filled(one.value)))
  }
  if (type === 'page') return filled(condition.url)
  if (type === 'tag' || type === 'list' || type === 'segment') return filled(condition[type])
  if (type === 'group') return condition.group !== undefined
  if (type === 'place' || type === 'device') return (condition.is_one_of as string[]).length > 0
  return true
}
