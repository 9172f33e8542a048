import { useMemo } from 'react'
import { columnOf, tagColumn, type Column } from '../people/columns'
import type { Attribute } from '../people/types'
import { useWords } from '../words/words'
import type { Company } from './types'

export const KEY = 'panel.companies.columns'
export const FIRST = ['members', 'tags', 'city', 'country', 'updated_at']

/** All columns that there are of companies. */
export function useCompanyColumns(attributes: Attribute[] | undefined): Column<Company>[] {
  const { t, locale } = useWords()
  return useMemo(() => {
    const number = new Intl.NumberFormat(locale)
    const times: Record<string, keyof Company> = { created_at: 'created', updated_at: 'updated' }
    const standard = (attributes ?? []).filter(({ id, std }) => id === 0 && std !== 'name')
    const own = (attributes ?? []).filter(({ id }) => id > 0)
    return [
      { key: 'members', name: t('companies.people'), wide: false, numeric: true, cell: ({ members }) => number.format(members) },
      tagColumn<Company>(t),
      ...standard.map((one) => columnOf<Company>(one, (company) => (times[one.std] ? company[times[one.std]!] : company.values[one.std]), one.std, t, locale)),
      ...own.map((one) => columnOf<Company>(one, (company) => company.attributes[one.std], `own.${one.std}`, t, locale)),
    ]
  }, [attributes, t, locale])
}
