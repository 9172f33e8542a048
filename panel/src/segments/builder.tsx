import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconChevronRight, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { Select } from '../people/fields'
import { useNames, useSubject } from '../people/names'
import { MenuGroup } from '../parts/menu-group'
import { useWords } from '../words/words'
import css from './builder.module.css'
import { ConditionForm } from './condition-form'
import { sentence } from './sentence'
import { begin, isComplete, isGroup, newGroup, type ConditionType, type EditCondition, type EditGroup, type EditPart } from './tree'

/** As the server allows them. */
const DEEPEST = 8

const OFFERS: [key: 'who' | 'did' | 'is', types: ConditionType[]][] = [
  ['who', ['attribute', 'tag', 'list', 'segment', 'company', 'group']],
  ['did', ['event', 'page', 'wrote', 'answered', 'email', 'form', 'modal']],
  ['is', ['presence', 'waiting', 'conversation', 'place', 'device']],
]

/** What may be asked of a company; of a person it is everything. */
const OF_COMPANIES = new Set<ConditionType>(['attribute', 'tag', 'segment'])

type Props = { value: EditGroup; change: (value: EditGroup) => void }

/** Nested groups of conditions: each is a sentence, and opens into its fields. */
export function Builder({ value, change }: Props) {
  const [opened, setOpened] = useState<number | null>(null)
  return <Group group={value} change={change} depth={1} opened={opened} open={setOpened} />
}

type GroupProps = { group: EditGroup; change: (group: EditGroup) => void; remove?: () => void; depth: number; opened: number | null; open: (key: number | null) => void }

function Group({ group, change, remove, depth, opened, open }: GroupProps) {
  const { t } = useWords()
  const put = (index: number, part: EditPart | null) =>
    change({ ...group, parts: part ? group.parts.with(index, part) : group.parts.toSpliced(index, 1) })
  const add = (part: EditPart) => {
    change({ ...group, parts: [...group.parts, part] })
    if (!isGroup(part)) open(part.key)
  }
  return (
    <div role="group" className={css.group} aria-label={t(`group.${group.kind}`)}>
      <div className={css.head}>
        <Select label={t('group.kind')} value={group.kind} pick={(kind) => change({ ...group, kind: kind as EditGroup['kind'] })}>
          {(['all', 'any', 'none'] as const).map((kind) => <option key={kind} value={kind}>{t(`group.${kind}`)}</option>)}
        </Select>
        <span className={css.grow} />
        {remove && <ActionIcon onClick={remove} aria-label={t('group.remove')}><IconTrash size={16} /></ActionIcon>}
      </div>
      <div className={css.parts}>
        {group.parts.map((part, index) => isGroup(part)
          ? <Group key={part.key} group={part} change={(next) => put(index, next)} remove={() => put(index, null)} depth={depth + 1} opened={opened} open={open} />
          : <ConditionRow key={part.key} part={part} change={(next) => put(index, next)} remove={() => put(index, null)} opened={opened === part.key}
              toggle={() => open(opened === part.key ? null : part.key)} />)}
        <div className={css.adds}>
          <AddCondition add={(type) => add(begin(type))} />
          {depth < DEEPEST && (
            <Button size="compact-md" variant="subtle" color="gray" leftSection={<IconPlus size={14} />}
              onClick={() => add(newGroup(group.kind === 'any' ? 'all' : 'any'))}>{t('group.add')}</Button>
          )}
        </div>
      </div>
    </div>
  )
}

function AddCondition({ add }: { add: (type: ConditionType) => void }) {
  const { t } = useWords()
  const subject = useSubject()
  const offers = OFFERS.map(([key, types]) => [key, subject === 'company' ? types.filter((type) => OF_COMPANIES.has(type)) : types] as const).filter(([, types]) => types.length > 0)
  return (
    // The focus goes to the fields of the new condition and not back to the button.
    <Menu position="bottom-start" returnFocus={false}>
      <Menu.Target>
        <Button size="compact-md" variant="light" leftSection={<IconPlus size={14} />}>{t('condition.add')}</Button>
      </Menu.Target>
      <Menu.Dropdown mah="60dvh" style={{ overflow: 'auto' }} aria-label={t('condition.add')}>
        {offers.map(([key, types]) => (
          <MenuGroup key={key} label={t(`offer.${key}`)}>
            {types.map((type) => <Menu.Item key={type} onClick={() => add(type)}>{t(`type.${type}`)}</Menu.Item>)}
          </MenuGroup>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

type RowProps = { part: EditCondition; change: (part: EditCondition) => void; remove: () => void; opened: boolean; toggle: () => void }

function ConditionRow({ part, change, remove, opened, toggle }: RowProps) {
  const { t, locale } = useWords()
  const names = useNames()
  const complete = isComplete(part.condition)
  return (
    <div className={css.condition} data-open={opened || undefined} data-unfinished={complete ? undefined : true}>
      <div className={css.line}>
        <button type="button" className={css.sentence} aria-expanded={opened} onClick={toggle}>
          <IconChevronRight size={14} aria-hidden="true" style={opened ? { rotate: '90deg' } : undefined} />
          <span>{sentence(part.condition, { t, locale, names })}</span>
          {!complete && !opened && <span className={css.todo}>{t('condition.unfinished')}</span>}
        </button>
        <ActionIcon onClick={remove} mx="xs" aria-label={t('condition.remove', { condition: sentence(part.condition, { t, locale, names }) })}><IconTrash size={16} /></ActionIcon>
      </div>
      {opened && (
        <div className={css.form}>
          <ConditionForm condition={part.condition} change={(condition) => change({ ...part, condition })} />
        </div>
      )}
    </div>
  )
}
