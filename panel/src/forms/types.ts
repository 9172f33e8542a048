import type { FieldKind, PopupRules } from '@shared/form/types'
import type { FormSubmission } from '@shared/types'
import type { Language } from '../words/words'

/** The same words by language. */
export type Text = Partial<Record<Language, string>>
export type Choice = { value: string; label: Text }

export type Field = {
  key: string
  kind: FieldKind
  label: Text
  help: Text
  placeholder: Text
  required: boolean
  attribute: string | null
  longest: number | null
  least: number | null
  most: number | null
  pattern: string
  choices: Choice[]
  purpose: string
  version: string
  value: string
  parameter: string
}

export type Display = 'inline' | 'popup' | 'chat'

/** What somebody makes; the rest of a form is counted. */
export type Draft = {
  name: string
  on: boolean
  fields: Field[]
  title: Text
  intro: Text
  button: Text
  success: { text: Text; redirect: string }
  display: Display
  popup: PopupRules
  look: { accent: string; width: number; radius: number }
  double_opt_in: boolean
  letter: { subject: Text; text: Text }
  tags: string[]
  lists: number[]
}

export type Form = Draft & {
  id: number
  views: number
  submissions: number
  confirmed: number
  spam: number
  can_mail: boolean
  created: string
  updated: string
}

export type SubmissionPage = { submissions: FormSubmission[]; cursor: string | null }
