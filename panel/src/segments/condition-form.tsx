import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { asList, Many, NumberField, Select, Text, Value } from '../people/fields'
import { useFact } from '../live/context'
import { attributeName, useAttributes, useEventNames, useLists, useSegments, useTags } from '../people/names'
import type { Attribute } from '../people/types'
import { useWords, type Key } from '../words/words'
import css from './builder.module.css'
import { ModalField } from './modal-field'
import { WHENS } from './sentence'
import { asked, COUNTED, OPERATORS, PROPERTY_OPERATORS, wantsDays, wantsMany, wantsNothing } from './tree'
import type { Condition, PropertyCondition } from './types'

type Props = { condition: Condition; change: (condition: Condition) => void }

/** The fields of a condition, by its type. */
export function ConditionForm(props: Props) {
  const { type } = props.condition
  return (
    <>
      {type === 'attribute' && <AttributeForm {...props} />}
      {type === 'event' && <EventForm {...props} />}
      {type === 'page' && <PageForm {...props} />}
      {type === 'tag' && <TagForm {...props} />}
      {(type === 'list' || type === 'segment') && <ChoiceForm {...props} />}
      {type === 'group' && <GroupForm {...props} />}
      {type === 'presence' && <PresenceForm {...props} />}
      {(type === 'place' || type === 'device') && <WhatForm {...props} />}
      {type === 'conversation' && <StateForm {...props} />}
      {(type === 'email' || type === 'modal') && <DidForm {...props} />}
      {(type === 'form' || type === 'email' || type === 'modal' || type === 'company') && <NumberedForm {...props} />}
      {COUNTED.has(type) && <HowForm {...props} />}
    </>
  )
}

function without(condition: Condition, ...fields: string[]): Condition {
  return Object.fromEntries(Object.entries(condition).filter(([field]) => !fields.includes(field))) as Condition
}

function AttributeForm({ condition, change }: Props) {
  const { t } = useWords()
  const attributes = useAttributes()
  const attribute = attributes?.find(({ std }) => std === condition.attribute)
  const byName = (one: Attribute, other: Attribute) => attributeName(one, t).localeCompare(attributeName(other, t))
  const options = (own: boolean) => (attributes ?? []).filter(({ id }) => (id > 0) === own).sort(byName)
    .map((one) => <option key={one.std} value={one.std}>{attributeName(one, t)}</option>)
  const { op, value } = condition
  const set = (next: unknown) => change(next === null || next === undefined ? without(condition, 'value') : { ...condition, value: next })
  const setOp = (next: string) => {
    const same = wantsMany(next) === wantsMany(op) && wantsDays(next) === wantsDays(op) && next !== 'between' && op !== 'between'
    change({ ...(same && !wantsNothing(next) ? condition : without(condition, 'value')), op: next } as Condition)
  }
  const label = t('condition.value')
  return (
    <div className={css.controls}>
      <Select label={t('type.attribute')} autoFocus={!attribute} value={attribute?.std ?? ''}
        pick={(std) => {
          const picked = attributes?.find((one) => one.std === std)
          if (picked) change(asked(picked))
        }}>
        <option value="" disabled>{t('condition.choose')}</option>
        {options(true).length > 0 && <optgroup label={t('attributes.own')}>{options(true)}</optgroup>}
        <optgroup label={t('attributes.standard')}>{options(false)}</optgroup>
      </Select>
      {attribute && (
        <Select label={t('condition.operator')} value={String(op)} pick={setOp}>
          {OPERATORS[attribute.type].map((each) => <option key={each} value={each}>{t(`op.${each}` as Key)}</option>)}
        </Select>
      )}
      {attribute && !wantsNothing(op) && (
        wantsDays(op) ? <><NumberField label={t('condition.days')} value={value as number | undefined} write={set} /><span className={css.unit}>{t('condition.daysUnit')}</span></>
        : op === 'between' ? (
          <>
            <Value attribute={attribute} label={t('condition.from')} value={asList(value)[0]} write={(next) => set([next, asList(value)[1] ?? null])} />
            <span className={css.unit}>–</span>
            <Value attribute={attribute} label={t('condition.to')} value={asList(value)[1]} write={(next) => set([asList(value)[0] ?? null, next])} />
          </>
        )
        : <Value key={`${attribute.std} ${String(op)}`} attribute={{ ...attribute, multiple: false }} label={label} value={value} write={set} many={wantsMany(op)} />
      )}
    </div>
  )
}

function EventForm({ condition, change }: Props) {
  const { t } = useWords()
  const events = useEventNames()
  const where = (condition.where ?? []) as PropertyCondition[]
  const setWhere = (next: PropertyCondition[]) => change(next.length ? { ...condition, where: next } : without(condition, 'where'))
  const known = events?.some(({ name }) => name === condition.event)
  return (
    <>
      <div className={css.controls}>
        <Text label={t('type.event')} placeholder={t('condition.eventName')} value={String(condition.event)} offers={events?.map(({ name }) => name)} autoFocus={!condition.event}
          write={(event) => change({ ...condition, event })} />
      </div>
      {condition.event !== '' && events && !known && <p className={css.hint}>{t('condition.newEvent')}</p>}
      {where.map((one, index) => <PropertyForm key={index} one={one} change={(next) => setWhere(next ? where.with(index, next) : where.toSpliced(index, 1))} />)}
      <div className={css.controls}>
        <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconPlus size={14} />}
          onClick={() => setWhere([...where, { property: '', op: 'equals', value: '' }])}>{t('condition.addProperty')}</Button>
      </div>
    </>
  )
}

/** "5" is a number and "true" a truth: what an event carries has types too. */
function typed(text: string): string | number | boolean {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return text === 'true' ? true : text === 'false' ? false : text
}

function PropertyForm({ one, change }: { one: PropertyCondition; change: (one: PropertyCondition | null) => void }) {
  const { t } = useWords()
  return (
    <div className={css.controls}>
      <Text label={t('condition.property')} placeholder={t('condition.property')} value={one.property} autoFocus={!one.property} write={(property) => change({ ...one, property })} />
      <Select label={t('condition.operator')} value={one.op} pick={(op) => change({ ...one, op })}>
        {PROPERTY_OPERATORS.map((each) => <option key={each} value={each}>{t(`op.${each}` as Key)}</option>)}
      </Select>
      {one.op !== 'is_set' && <Text label={t('condition.value')} placeholder={t('condition.value')} value={String(one.value ?? '')} write={(value) => change({ ...one, value: typed(value) })} />}
      <ActionIcon onClick={() => change(null)} aria-label={t('condition.removeProperty')}><IconTrash size={16} /></ActionIcon>
    </div>
  )
}

function PageForm({ condition, change }: Props) {
  const { t } = useWords()
  return (
    <>
      <div className={css.controls}>
        <Text label={t('condition.url')} placeholder="/pricing*" inputMode="url" value={String(condition.url)} autoFocus={!condition.url} write={(url) => change({ ...condition, url })} />
      </div>
      <p className={css.hint}>{t('condition.urlHint')}</p>
    </>
  )
}

function TagForm({ condition, change }: Props) {
  const { t } = useWords()
  const tags = useTags()
  return (
    <div className={css.controls}>
      <Select label={t('type.tag')} autoFocus value={String(condition.tag)} pick={(tag) => change({ ...condition, tag })}>
        <option value="" disabled>{t(tags?.length === 0 ? 'condition.noTags' : 'condition.choose')}</option>
        {tags?.map(({ id, name }) => <option key={id} value={name}>{name}</option>)}
      </Select>
    </div>
  )
}

function ChoiceForm({ condition, change }: Props) {
  const { t } = useWords()
  const lists = useLists()
  const { segments } = useSegments()
  const field = condition.type as 'list' | 'segment'
  const choices = field === 'list' ? lists : segments
  return (
    <div className={css.controls}>
      <Select label={t(`type.${field}`)} autoFocus value={String(condition[field] ?? '')} pick={(id) => change({ ...condition, [field]: Number(id) })}>
        <option value="" disabled>{t(choices?.length === 0 ? (field === 'list' ? 'condition.noLists' : 'condition.noSegments') : 'condition.choose')}</option>
        {choices?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </Select>
    </div>
  )
}

function GroupForm({ condition, change }: Props) {
  const { t } = useWords()
  const groups = useFact((state) => state.groups)
  const chosen = condition.group === undefined ? '' : String(condition.group ?? 'none')
  return (
    <div className={css.controls}>
      <Select label={t('type.group')} autoFocus value={chosen} pick={(id) => change({ ...condition, group: id === 'none' ? null : Number(id) })}>
        <option value="" disabled>{t('condition.choose')}</option>
        {groups.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        <option value="none">{t('condition.noGroup')}</option>
      </Select>
    </div>
  )
}

function PresenceForm({ condition, change }: Props) {
  const { t } = useWords()
  return (
    <div className={css.controls}>
      <Select label={t('type.presence')} autoFocus value={String(condition.online !== false)} pick={(online) => change({ ...condition, online: online === 'true' })}>
        <option value="true">{t('conditions.online')}</option>
        <option value="false">{t('conditions.offline')}</option>
      </Select>
    </div>
  )
}

const WHATS = { place: ['country', 'region', 'city', 'timezone'], device: ['device', 'browser', 'os', 'language'] } as const
const DEVICES = ['desktop', 'phone', 'tablet']

function WhatForm({ condition, change }: Props) {
  const { t } = useWords()
  const type = condition.type as 'place' | 'device'
  const what = String(condition.what)
  return (
    <>
      <div className={css.controls}>
        <Select label={t(`type.${type}`)} autoFocus value={what} pick={(next) => change({ ...condition, what: next, is_one_of: [] })}>
          {WHATS[type].map((each) => <option key={each} value={each}>{t(`what.${each}`)}</option>)}
        </Select>
        <Many key={what} label={t('condition.values')} values={condition.is_one_of as string[]} placeholder={t('value.commas')} offers={what === 'device' ? DEVICES : undefined}
          write={(values) => change({ ...condition, is_one_of: values })} />
      </div>
      {(what === 'country' || what === 'language') && <p className={css.hint}>{t(`condition.${what}Hint`)}</p>}
    </>
  )
}

function StateForm({ condition, change }: Props) {
  const { t } = useWords()
  return (
    <div className={css.controls}>
      <Select label={t('type.conversation')} autoFocus value={String(condition.state)} pick={(state) => change({ ...condition, state })}>
        {(['open', 'closed', 'none'] as const).map((state) => <option key={state} value={state}>{t(`conditions.conversation.${state}`)}</option>)}
      </Select>
    </div>
  )
}

const DIDS = { email: ['received', 'opened', 'clicked', 'answered'], modal: ['seen', 'clicked', 'dismissed'] } as const

function DidForm({ condition, change }: Props) {
  const { t } = useWords()
  const type = condition.type as 'email' | 'modal'
  return (
    <div className={css.controls}>
      <Select label={t(`type.${type}`)} autoFocus value={String(condition.did)} pick={(did) => change({ ...condition, did })}>
        {DIDS[type].map((did) => <option key={did} value={did}>{t(`conditions.${type}.${did}` as Key)}</option>)}
      </Select>
    </div>
  )
}

/** Which form, e-mail, modal or company; without a number, any. */
function NumberedForm({ condition, change }: Props) {
  const { t } = useWords()
  const field = condition.type
  const write = (id: number | undefined) => change(id === undefined ? without(condition, field) : { ...condition, [field]: id })
  const value = (condition[field] as number | null) ?? undefined
  if (field === 'modal') return <div className={css.controls}><ModalField value={value} write={write} /></div>
  return (
    <div className={css.controls}>
      <NumberField label={t('condition.number')} placeholder={t('condition.any')} min={1} step={1} value={value} write={write} />
      <span className={css.hint}>{t('condition.anyHint')}</span>
    </div>
  )
}

type Often = 'once' | 'at_least' | 'at_most' | 'exactly' | 'never'

/** How often, and when. */
function HowForm({ condition, change }: Props) {
  const { t } = useWords()
  const least = condition.at_least as number | undefined
  const most = condition.at_most as number | undefined
  const often: Often = condition.never ? 'never' : least !== undefined && least === most ? 'exactly' : most !== undefined ? 'at_most' : least !== undefined ? 'at_least' : 'once'
  const count = often === 'at_most' ? most : least
  const setOften = (next: Often, times: number) => {
    const plain = without(condition, 'at_least', 'at_most', 'never')
    const fields = { once: {}, never: { never: true }, at_least: { at_least: times }, at_most: { at_most: times }, exactly: { at_least: times, at_most: times } }[next]
    change({ ...plain, ...fields })
  }
  const when = WHENS.find((each) => condition[each] !== undefined)
  const setWhen = (next: string, days: number) => {
    const plain = without(condition, ...WHENS)
    change(next ? { ...plain, [next]: days } : plain)
  }
  return (
    <div className={css.controls}>
      <Select label={t('condition.howOften')} value={often} pick={(next) => setOften(next as Often, count ?? 2)}>
        {(['once', 'at_least', 'at_most', 'exactly', 'never'] as const).map((each) => <option key={each} value={each}>{t(`often.${each}`)}</option>)}
      </Select>
      {often !== 'once' && often !== 'never' && (
        <NumberField label={t('condition.times')} min={often === 'at_most' ? 0 : 1} step={1} value={count} write={(times) => setOften(often, Math.max(often === 'at_most' ? 0 : 1, Math.round(times ?? 1)))} />
      )}
      <Select label={t('condition.when')} value={when ?? ''} pick={(next) => setWhen(next, (when && (condition[when] as number)) || 30)}>
        <option value="">{t('when.ever')}</option>
        {WHENS.map((each) => <option key={each} value={each}>{t(`when.${each}`)}</option>)}
      </Select>
      {when && (
        <>
          <NumberField label={t('condition.days')} min={1} max={3650} value={condition[when] as number} write={(days) => setWhen(when, days && days > 0 ? days : 1)} />
          <span className={css.unit}>{t('condition.daysUnit')}</span>
        </>
      )}
    </div>
  )
}
