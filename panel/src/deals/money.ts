/** An exact decimal with its currency, as the reader writes it; whole amounts have no places. Decimals are never made binary. */
export function money(value: string, currency: string, locale: string): string {
  const whole = /^-?\d+(\.0*)?$/.test(value)
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency, ...(whole ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {}) })
  return format.format(value as Intl.StringNumericLiteral)
}

/** Currencies that are offered first; any other code of ISO 4217 can be written. */
export const CURRENCIES = ['EUR', 'PLN', 'USD', 'GBP', 'CHF', 'CZK', 'SEK', 'NOK', 'DKK', 'HUF', 'UAH', 'JPY']
