import type { T } from '../words/words'
import type { Subject } from './names'

/** "1,204 people", or "about 1,200 people" where not all could be counted in time. */
export function about(count: number, exact: boolean, t: T, locale: string, subject: Subject = 'contact'): string {
  const holes = { n: count, shown: new Intl.NumberFormat(locale).format(count) }
  if (subject === 'company') return exact ? t('companies.count', holes) : t('companies.about', holes)
  return exact ? t('people.count', holes) : t('people.about', holes)
}
