import type { T } from '../words/words'

/** "1,204 people", or "about 1,200 people" where not all could be counted in time. */
export function about(count: number, exact: boolean, t: T, locale: string): string {
  const shown = new Intl.NumberFormat(locale).format(count)
  return exact ? t('people.count', { n: count, shown }) : t('people.about', { n: count, shown })
}
