/** Times and sizes as people of the language write them; formatters are dear to make, so each is made once. */
export function createFormats(language: string) {
  // The visitor's own habits within the language: 24 hours in Britain, 12 in America.
  const locale = navigator.languages.find((each) => each.startsWith(language)) ?? language
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const day = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' })
  const units = ['byte', 'kilobyte', 'megabyte'] as const

  return {
    time: (at: Date) => time.format(at),
    full: (at: Date) => full.format(at),
    day: (at: Date) => day.format(at),
    bytes(size: number) {
      const power = size < 1000 ? 0 : size < 1_000_000 ? 1 : 2
      const style = { style: 'unit', unit: units[power], maximumFractionDigits: power } as const
      return new Intl.NumberFormat(locale, style).format(size / 1000 ** power)
    },
  }
}

export type Formats = ReturnType<typeof createFormats>
