/** A form as the server shows it to a page, and what comes back of it. */
export type FieldKind =
  | 'text' | 'long_text' | 'email' | 'phone' | 'number' | 'date' | 'choice' | 'choices' | 'checkbox' | 'consent' | 'hidden'

export type ShownField = {
  key: string
  kind: FieldKind
  label: string
  help: string
  placeholder: string
  required: boolean
  longest: number | null
  least: number | null
  most: number | null
  /** `9` is a digit, `A` a letter, `?` either; everything else stands for itself. */
  pattern: string
  choices: { value: string; label: string }[]
  /** Of a hidden field: the parameter of the page's address that it takes its value from. */
  parameter: string
}

export type FormLook = { accent: string; width: number; radius: number }

export type ShownForm = {
  id: number
  title: string
  intro: string
  button: string
  fields: ShownField[]
  display: 'inline' | 'popup' | 'chat'
  look: FormLook
  /** Goes back with the answers, and not before `wait` milliseconds are over. */
  token: string
  wait: number
}

export type Answers = Record<string, string | number | boolean | string[]>
export type FieldError = { code: string; message: string; limit?: number | string | null }

export type FilledForm = {
  form: number
  client_id: string
  token: string
  answers: Answers
  trap: string
  page: string
  language: string
}

export type TakenForm = { status: 'done' | 'asked'; text: string; redirect: string }

/** When a form shows itself. */
export type PopupRules = {
  delay: number | null
  scroll: number | null
  leaving: boolean
  urls: string[]
  once: 'visitor' | 'session' | 'page'
}
