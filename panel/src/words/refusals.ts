import { CommandError } from '../live/connection'
import { RestError } from '../live/rest'
import type { Key, T } from './words'

/** What the server refused, in the person's language; its own English sentence only for a code that no catalogue knows. */
export function refusal(error: unknown, t: T): string {
  const wire = error instanceof CommandError ? error.wire : error instanceof RestError ? { ...error, message: error.message } : null
  if (!wire) return t('failed.action')
  const { code, message, details = {} } = wire
  const said = [details.reason && `refusal.${code}.${details.reason}`, `refusal.${code}`].find((key) => key && t(key as Key) !== key)
  return said ? t(said as Key, { ...details, message }) : message || t('failed.action')
}
