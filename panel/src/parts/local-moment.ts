const two = (value: number): string => String(value).padStart(2, '0')

/** A moment as `<input type="datetime-local">` wants it, by the clock on the wall; nothing for what is none. */
export function localMoment(value: unknown): string {
  const at = value instanceof Date ? value : new Date(String(value ?? ''))
  if (Number.isNaN(at.getTime())) return ''
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}
