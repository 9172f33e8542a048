import type { FieldKind, ShownForm } from '@shared/form/types'
import type { Language, T } from '../words/words'
import type { Attribute, ValueType } from '../people/types'
import type { Draft, Field, Form, Text } from './types'

export const KINDS: FieldKind[] = ['text', 'long_text', 'email', 'phone', 'number', 'date', 'choice', 'choices', 'checkbox', 'consent', 'hidden']

/** kind → the types of attributes that it may fill; the first one is made where a new attribute is wanted. */
const FITS: Record<FieldKind, ValueType[]> = {
  text: ['string'], long_text: ['string'], email: ['string'], phone: ['string'], number: ['float', 'integer'],
  date: ['date', 'datetime'], choice: ['string', 'fixed'], choices: ['fixed'], checkbox: ['boolean'], consent: ['boolean'],
  hidden: ['string', 'integer', 'float', 'boolean', 'date'],
}
const NEVER = ['custom_id', 'status', 'assigned_to']

/** Whether answers of this kind may fill an attribute. */
export function fits(kind: FieldKind, { id, std, type, writable, multiple }: Attribute): boolean {
  if (!writable || NEVER.includes(std) || !FITS[kind].includes(type)) return false
  if (std === 'email' && id === 0) return kind === 'email'
  if (kind === 'email') return id > 0
  return kind !== 'choices' || multiple
}

export const typeFor = (kind: FieldKind): ValueType => FITS[kind][0]!

export function newField(kind: FieldKind, label: string, language: Language, taken: string[]): Field {
  return {
    key: keyFor(label || kind, taken), kind, label: label ? { [language]: label } : {}, help: {}, placeholder: {}, required: kind === 'consent',
    attribute: null, longest: null, least: null, most: null, pattern: '', choices: [], purpose: 'marketing', version: '', value: '', parameter: '',
  }
}

/** A name for programs, made of the words for people: letters of other alphabets become plain ones where they can. */
export function keyFor(label: string, taken: string[]): string {
  const plain = label.toLowerCase().replace(/ł/g, 'l').normalize('NFD').replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+|_+$/g, '').slice(0, 36) || 'field'
  for (let number = 1; ; number++) {
    const key = number === 1 ? plain : `${plain}_${number}`
    if (!taken.includes(key)) return key
  }
}

/** A form to begin with: it can be switched on as it is. */
export function newDraft(t: T, language: Language): Draft {
  const say = (text: string): Text => ({ [language]: text })
  const email = { ...newField('email', t('form.begin.email'), language, []), key: 'email', attribute: 'email', required: true }
  const name = { ...newField('text', t('form.begin.name'), language, ['email']), key: 'first_name', attribute: 'first_name' }
  return {
    name: '', on: true, fields: [email, name], title: say(t('form.begin.title')), intro: {}, button: say(t('form.begin.button')),
    success: { text: say(t('form.begin.thanks')), redirect: '' }, display: 'inline',
    popup: { delay: 10, scroll: null, leaving: false, urls: [], once: 'visitor' },
    look: { accent: '', width: 440, radius: 12 }, double_opt_in: false, letter: { subject: {}, text: {} }, tags: [], lists: [],
  }
}

/** What may be written of a form. */
export function draftOf({ name, on, fields, title, intro, button, success, display, popup, look, double_opt_in, letter, tags, lists }: Form): Draft {
  return { name, on, fields, title, intro, button, success, display, popup, look, double_opt_in, letter, tags, lists }
}

export const said = (text: Text, language: Language): string => text[language] || Object.values(text).find(Boolean) || ''

/** The form as a page would get it. */
export function shown(draft: Draft, language: Language): ShownForm {
  const words = (text: Text) => said(text, language)
  return {
    id: 0, token: '', wait: 0, title: words(draft.title), intro: words(draft.intro), button: words(draft.button), display: draft.display, look: draft.look,
    fields: draft.fields.map(({ label, help, placeholder, choices, ...field }) => ({
      ...field, label: words(label), help: words(help), placeholder: words(placeholder),
      choices: choices.map((choice) => ({ value: choice.value, label: words(choice.label) || choice.value })),
    })),
  }
}
