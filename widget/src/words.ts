import type { Translate } from '../shared/i18n'
import type first from '../shared/locales/en/widget.json'
import type form from '../shared/locales/en/form.json'
import type calls from '../shared/locales/en/calls.json'
import type later from '../shared/locales/en/widget-later.json'

/** The phrases of a first chat, and those that come with what comes later. */
export type Key = keyof typeof first | keyof typeof later | keyof typeof form | keyof typeof calls | Own
/** What only a widget's own texts say; empty without them. */
type Own = 'title' | 'offlineIntro' | 'launcher'
export type Words = Translate<Key>
