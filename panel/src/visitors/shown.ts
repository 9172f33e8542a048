/** "Warsaw, Poland" in the person's language; nothing where no place is known. */
export function placeName(country: string | null, city: string | null, locale: string): string {
  const name = country && /^[A-Z]{2}$/.test(country) ? new Intl.DisplayNames(locale, { type: 'region' }).of(country) : country
  return [city, name].filter(Boolean).join(', ')
}

/** The path of an address, as far as it is one. */
export function pathOf(url: string): string {
  if (!URL.canParse(url)) return url
  const { host, pathname } = new URL(url)
  return pathname === '/' ? host : pathname
}
