import { useMemo, useState, type ReactNode } from 'react'
import { useFact } from '../live/context'
import { Ago } from '../parts/ago'
import { valueText } from '../segments/sentence'
import { useWords, type T } from '../words/words'
import { attributeName } from './names'
import type { Attribute, Contact } from './types'
import css from './table.module.css'

/** Column of the table: a standard attribute, an own one, or what contacts belong to. */
export type Column<Item = Contact> = { key: string; name: string; wide: boolean; numeric: boolean; /** Pixels that it takes at least, where its kind says too little. */ room?: number; cell: (item: Item) => ReactNode }

/** Standard attributes that a row of the list brings along. */
const SHOWN: Record<string, keyof Contact> = {
  email: 'email', phone_number: 'phone_number', first_name: 'first_name', last_name: 'last_name', custom_id: 'custom_id', score: 'score',
  city: 'city', country: 'country', timezone: 'time_zone', page_views: 'page_views', first_seen: 'first_seen', last_seen: 'last_seen',
  created_at: 'created', updated_at: 'updated', browser: 'browser', os_type: 'os', device: 'device', browser_language: 'language',
}
/** Where nobody chose. */
export const FIRST = ['email', 'tags', 'country', 'page_views', 'last_seen']

function kept(name: string, first: string[]): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(name) ?? 'null')
    return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : first
  } catch {
    return first
  }
}

/** Which columns of a table stand in which order: kept in this browser for each agent, under a name of the table's. */
export function useColumnKeys(owner: string, key: string, first: string[]): [string[], (keys: string[]) => void] {
  const name = `${key}.${owner}`
  const [keys, setKeys] = useState(() => kept(name, first))
  const keep = (next: string[]) => {
    localStorage.setItem(name, JSON.stringify(next))
    setKeys(next)
  }
  return [keys, keep]
}

/** All columns that there are. */
export function useColumns(attributes: Attribute[] | undefined): Column[] {
  const { t, locale } = useWords()
  const groups = useFact((state) => state.groups)
  return useMemo(() => {
    const standard = (attributes ?? []).filter(({ id, std }) => id === 0 && std in SHOWN)
    const own = (attributes ?? []).filter(({ id }) => id > 0)
    return [
      ...standard.map((attribute) => columnOf<Contact>(attribute, (contact) => contact[SHOWN[attribute.std]!], attribute.std, t, locale)),
      tagColumn<Contact>(t),
      { key: 'group', name: t('profile.group'), wide: false, numeric: false, cell: ({ group }) => groups.find(({ id }) => id === group)?.name ?? null },
      ...own.map((attribute) => columnOf<Contact>(attribute, (contact) => contact.attributes[attribute.std], `own.${attribute.std}`, t, locale)),
    ]
  }, [attributes, groups, t, locale])
}

export const tagColumn = <Item extends { tags: string[] }>(t: T): Column<Item> =>
  ({ key: 'tags', name: t('profile.tags'), wide: true, numeric: false, cell: ({ tags }) => tags.map((tag) => <span key={tag} className={css.pill}>{tag}</span>) })

export function columnOf<Item>(attribute: Attribute, valueOf: (item: Item) => unknown, key: string, t: T, locale: string): Column<Item> {
  const { type } = attribute
  const cell = (item: Item): ReactNode => {
    const value = valueOf(item)
    if (value === null || value === undefined) return null
    if (type === 'datetime') return <Ago at={String(value)} long />
    return valueText(value, t, locale, type)
  }
  return { key, name: attributeName(attribute, t), wide: attribute.std === 'email', numeric: type === 'integer' || type === 'float', cell }
}
