import { translator, type Translate } from '@shared/i18n'
import en from '@shared/locales/en/panel/installed.json'
import pl from '@shared/locales/pl/panel/installed.json'
import { get } from '../live/database'

const CATALOGUES = { en, pl }

/** The words for notifications in the language that the panel speaks, or else in that of the browser. */
export async function words(): Promise<Translate<keyof typeof en>> {
  const chosen = await get<string>('kept', 'language').catch(() => undefined)
  const language = (chosen ?? navigator.language).startsWith('pl') ? 'pl' : 'en'
  return translator(CATALOGUES[language], language) as Translate<keyof typeof en>
}
