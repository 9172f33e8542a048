import type en from '../shared/locales/en/widget.json'
import type { Translate } from '../shared/i18n'

export type Key = keyof typeof en
export type Words = Translate<Key> & { language: string }
