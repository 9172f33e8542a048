import type * as Api from '../live/api-types'
import type { Language } from '../words/words'

/** The same words by language. */
export type Text = Partial<Record<Language, string>>
export type Choice = Api.FieldsChoice
export type Field = Api.Field
export type Display = Api.Form['display']
export type Form = Api.Form
export type SubmissionPage = Api.SubmissionPage

/** What somebody makes; the rest of a form is counted. */
export type Draft = Omit<Form, 'id' | 'views' | 'submissions' | 'confirmed' | 'spam' | 'can_mail' | 'created' | 'updated'>
