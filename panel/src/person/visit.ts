import type { Page } from '@shared/types'

/** After so long without a page a new visit begins, as everywhere where visits are counted. */
const PAUSE = 30 * 60_000

/** The pages of the latest visit, newest first. */
export function visitOf(pages: readonly Page[]): Page[] {
  const end = pages.findIndex((page, index) => index > 0 && Date.parse(pages[index - 1]!.at) - Date.parse(page.at) > PAUSE)
  return pages.slice(0, end < 0 ? undefined : end)
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : '')

/** The site that led to a visit, where it is another one. */
export function referrerOf(visit: readonly Page[]): string {
  const first = visit.at(-1)
  const host = first ? hostOf(first.referrer) : ''
  return host && host !== hostOf(first!.url) ? host : ''
}

/** The campaign that a visit says to come from: source, medium and name. */
export function campaignOf(visit: readonly Page[]): string {
  const utm = visit.findLast(({ utm }) => utm && Object.keys(utm).length)?.utm
  return utm ? [utm.source, utm.medium, utm.campaign].filter(Boolean).join(' / ') : ''
}

/** "0:42", "12:05", "1:02:09": how long something lasts, in figures that don't jump. */
export function durationOf(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000))
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60]
  const pad = (value: number) => String(value).padStart(2, '0')
  return hours ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`
}
