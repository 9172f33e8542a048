import { attributeName, type Names } from '../people/names'
import type { Key, T } from '../words/words'
import { COUNTED, isTree, kindOf, partsOf, wantsDays } from './tree'
import type { Condition, Part, PropertyCondition } from './types'

type Speaker = { t: T; locale: string; names: Names }

/** A condition or a group as one readable sentence. */
export function sentence(part: Part, speaker: Speaker): string {
  if (!isTree(part)) return conditionSentence(part, speaker)
  const { t } = speaker
  const parts = partsOf(part)
  const kind = kindOf(part)
  if (!parts.length) return t(kind === 'any' ? 'group.nobody' : 'group.everybody')
  const said = parts.map((each) => (isTree(each) && partsOf(each).length > 1 ? `(${sentence(each, speaker)})` : sentence(each, speaker)))
  if (kind === 'none') return t('group.noneOf', { conditions: said.join(` ${t('group.or')} `) })
  return said.join(` ${t(kind === 'all' ? 'group.and' : 'group.or')} `)
}

function conditionSentence(condition: Condition, speaker: Speaker): string {
  const { t, locale, names } = speaker
  const { type } = condition
  if (type === 'attribute') return attributeSentence(condition, speaker)
  if (COUNTED.has(type)) return countedSentence(condition, speaker)
  switch (type) {
    case 'tag': return t('conditions.tag', { tag: String(condition.tag || '…') })
    case 'list': return t('conditions.list', { list: condition.list ? names.list(Number(condition.list)) : '…' })
    case 'segment': return t('conditions.segment', { segment: condition.segment ? names.segment(Number(condition.segment)) : '…' })
    case 'company': return condition.company ? t('conditions.company', { company: String(condition.company) }) : t('conditions.anyCompany')
    case 'group': return condition.group === null ? t('conditions.noGroup') : t('conditions.group', { group: condition.group ? names.group(Number(condition.group)) : '…' })
    case 'presence': return t(condition.online === false ? 'conditions.offline' : 'conditions.online')
    case 'waiting': return t('conditions.waiting')
    case 'conversation': return t(`conditions.conversation.${String(condition.state) as 'open'}`)
    case 'place':
    case 'device': {
      const values = (condition.is_one_of as string[]).map((value) => placeName(String(condition.what), value, locale))
      return t(`conditions.${type}`, { what: t(`what.${String(condition.what) as 'country'}`), values: either(values, locale) || '…' })
    }
  }
  return type
}

function attributeSentence({ attribute: std, op, value }: Condition, { t, locale, names }: Speaker): string {
  const known = names.attribute(String(std))
  const attribute = known ? attributeName(known, t) : String(std || '…')
  if (wantsDays(op)) {
    const days = Number(value ?? 0)
    // A negative number of days lies ahead.
    const key = days < 0 ? `${String(op)}.ahead` : String(op)
    return t(`conditions.attribute.${key}` as Key, { attribute, n: Math.abs(days) })
  }
  const shown = Array.isArray(value) ? value.map((each) => valueText(each, t, locale, known?.type)) : [valueText(value, t, locale, known?.type)]
  if (op === 'between') return t('conditions.attribute.between', { attribute, from: shown[0] ?? '…', to: shown[1] ?? '…' })
  return t(`conditions.attribute.${String(op) as 'equals'}`, { attribute, value: either(shown, locale) || '…' })
}

function countedSentence(condition: Condition, speaker: Speaker): string {
  const { t } = speaker
  const what = (() => {
    switch (condition.type) {
      case 'event': return t('conditions.event', { event: String(condition.event || '…') })
      case 'page': return t('conditions.page', { url: String(condition.url || '…') })
      case 'email': return t(`conditions.email.${String(condition.did) as 'opened'}`) + numbered(condition.email)
      case 'modal': return t(`conditions.modal.${String(condition.did) as 'seen'}`) + numbered(condition.modal)
      case 'form': return t('conditions.form') + numbered(condition.form)
      case 'answered': return t('conditions.answered')
      default: return t('conditions.wrote')
    }
  })()
  const where = (condition.where ?? []) as PropertyCondition[]
  const data = where.length ? t('conditions.data', { data: where.map((one) => propertySentence(one, speaker)).join(` ${t('group.and')} `) }) : ''
  return `${what}${data && ` ${data}`}: ${how(condition, t)}`
}

const numbered = (id: unknown): string => (id === undefined || id === null ? '' : ` #${String(id)}`)

function propertySentence({ property, op, value }: PropertyCondition, { t, locale }: Speaker): string {
  return t(`conditions.attribute.${op as 'equals'}`, { attribute: property || '…', value: valueText(value, t, locale) || '…' })
}

/** How often and when: "at least 3 times, in the last 30 days". */
export function how(condition: Condition, t: T): string {
  const { at_least: least, at_most: most, never } = condition as { at_least?: number; at_most?: number; never?: boolean }
  const parts: string[] = []
  if (never || most === 0) parts.push(t('how.never'))
  else if (least !== undefined && least === most) parts.push(t('how.exactly', { n: least }))
  else {
    if (least !== undefined || most === undefined) parts.push((least ?? 1) === 1 ? t('how.once') : t('how.at_least', { n: least ?? 1 }))
    if (most !== undefined) parts.push(t('how.at_most', { n: most }))
  }
  for (const when of WHENS) {
    const days = condition[when]
    if (typeof days === 'number') parts.push(t(`how.${when}`, { n: days }))
  }
  return parts.join(', ')
}

export const WHENS = ['within_days', 'last_within_days', 'last_before_days', 'first_within_days', 'first_before_days'] as const

export function valueText(value: unknown, t: T, locale: string, type?: string): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map((each) => valueText(each, t, locale, type)).join(', ')
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no')
  if (typeof value === 'number') return new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(value)
  if (type === 'date' && /^\d{4}-\d\d-\d\d$/.test(String(value))) {
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${String(value)}T00:00:00Z`))
  }
  if (type === 'datetime' && !Number.isNaN(Date.parse(String(value)))) {
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(String(value)))
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const either = (values: string[], locale: string): string => new Intl.ListFormat(locale, { type: 'disjunction' }).format([...new Set(values.filter(Boolean))])

/** Countries and languages are kept as codes where a browser or an address tells them. */
function placeName(what: string, value: string, locale: string): string {
  try {
    if (what === 'country' && /^[A-Z]{2}$/.test(value)) return new Intl.DisplayNames(locale, { type: 'region' }).of(value) ?? value
    if (what === 'language') return new Intl.DisplayNames(locale, { type: 'language' }).of(value) ?? value
  } catch {
    // what a browser sent need not be a code
  }
  return value
}
