import type { Catalogue } from '@shared/i18n'
import en from '@shared/locales/en/panel/shell.json'
import pl from '@shared/locales/pl/panel/shell.json'

export const LANGUAGES = ['en', 'pl'] as const
export type Language = (typeof LANGUAGES)[number]

/** What each area says is a file of its own, and comes with the area; the shell's words are there from the start. */
type Areas = {
  answers: typeof import('@shared/locales/en/panel/answers.json')
  access: typeof import('@shared/locales/en/panel/access.json')
  availability: typeof import('@shared/locales/en/panel/availability.json')
  application: typeof import('@shared/locales/en/panel/application.json')
  attributes: typeof import('@shared/locales/en/panel/attributes.json')
  beside: typeof import('@shared/locales/en/panel/beside.json')
  calls: typeof import('@shared/locales/en/panel/calls.json')
  combining: typeof import('@shared/locales/en/panel/combining.json')
  companies: typeof import('@shared/locales/en/panel/companies.json')
  door: typeof import('@shared/locales/en/panel/door.json')
  deals: typeof import('@shared/locales/en/panel/deals.json')
  faults: typeof import('@shared/locales/en/panel/faults.json')
  enrichment: typeof import('@shared/locales/en/panel/enrichment.json')
  installed: typeof import('@shared/locales/en/panel/installed.json')
  importing: typeof import('@shared/locales/en/panel/importing.json')
  modals: typeof import('@shared/locales/en/panel/modals.json')
  merging: typeof import('@shared/locales/en/panel/merging.json')
  mailboxes: typeof import('@shared/locales/en/panel/mailboxes.json')
  mail: typeof import('@shared/locales/en/panel/mail.json')
  letters: typeof import('@shared/locales/en/panel/letters.json')
  notices: typeof import('@shared/locales/en/panel/notices.json')
  hours: typeof import('@shared/locales/en/panel/hours.json')
  looks: typeof import('@shared/locales/en/panel/looks.json')
  labels: typeof import('@shared/locales/en/panel/labels.json')
  keys: typeof import('@shared/locales/en/panel/keys.json')
  forms: typeof import('@shared/locales/en/panel/forms.json')
  people: typeof import('@shared/locales/en/panel/people.json')
  phone: typeof import('@shared/locales/en/panel/phone.json')
  push: typeof import('@shared/locales/en/panel/push.json')
  pipelines: typeof import('@shared/locales/en/panel/pipelines.json')
  promises: typeof import('@shared/locales/en/panel/promises.json')
  sla: typeof import('@shared/locales/en/panel/sla.json')
  ratings: typeof import('@shared/locales/en/panel/ratings.json')
  rated: typeof import('@shared/locales/en/panel/rated.json')
  transcripts: typeof import('@shared/locales/en/panel/transcripts.json')
  routing: typeof import('@shared/locales/en/panel/routing.json')
  refusals: typeof import('@shared/locales/en/panel/refusals.json')
  start: typeof import('@shared/locales/en/panel/start.json')
  segments: typeof import('@shared/locales/en/panel/segments.json')
  groups: typeof import('@shared/locales/en/panel/groups.json')
  inbox: typeof import('@shared/locales/en/panel/inbox.json')
  settings: typeof import('@shared/locales/en/panel/settings.json')
  unsaved: typeof import('@shared/locales/en/panel/unsaved.json')
  visitors: typeof import('@shared/locales/en/panel/visitors.json')
  webhooks: typeof import('@shared/locales/en/panel/webhooks.json')
}
export type Area = keyof Areas
export type Key = (keyof typeof en | { [area in Area]: keyof Areas[area] }[Area]) & string

const FILES = import.meta.glob<Catalogue>(['@shared/locales/*/panel/*.json', '!@shared/locales/*/panel/shell.json'], { import: 'default' })

/** They grow while areas are opened, so what was made of one before knows the new words too. */
export const CATALOGUES: Record<Language, Catalogue> = { en: { ...en }, pl: { ...pl } }

const opened = new Set<Area>()
const filled = new Set<string>()

/** Bring the words of all areas that were opened. Rejects where one can't be loaded. */
export async function fill(language: Language): Promise<void> {
  await Promise.all([...opened].map(async (area) => {
    const path = Object.keys(FILES).find((file) => file.endsWith(`/${language}/panel/${area}.json`))!
    if (filled.has(path)) return
    Object.assign(CATALOGUES[language], await FILES[path]!())
    filled.add(path)
  }))
}

/** Note that areas are being opened: from now on their words belong to every language that is spoken. */
export function open(areas: Area[]): void {
  for (const area of areas) opened.add(area)
}
