/** Times as people of the language write them; formatters are dear to make, so each is made once. */
export function createFormats(language: string) {
  // The visitor's own habits within the language: 24 hours in Britain, 12 in America.
  const locale = navigator.languages.find((each) => each.startsWith(language)) ?? language
  const format = (options: Intl.DateTimeFormatOptions): ((at: Date) => string) => {
    const formatter = new Intl.DateTimeFormat(locale, options)
    return (at) => formatter.format(at)
  }
  return {
    locale,
    time: format({ timeStyle: 'short' }),
    full: format({ dateStyle: 'medium', timeStyle: 'short' }),
    day: format({ weekday: 'long', day: 'numeric', month: 'long' }),
  }
}

export type Formats = ReturnType<typeof createFormats>
