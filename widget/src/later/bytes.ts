const UNITS = ['byte', 'kilobyte', 'megabyte'] as const

/** A size as people of the language write it. */
export function bytes(size: number, locale: string): string {
  const power = size < 1000 ? 0 : size < 1_000_000 ? 1 : 2
  // "33 byte", which the short form would say, is no English.
  const unitDisplay = power ? 'short' : 'long'
  return new Intl.NumberFormat(locale, { style: 'unit', unit: UNITS[power], unitDisplay, maximumFractionDigits: power && power - 1 })
    .format(size / 1000 ** power)
}
