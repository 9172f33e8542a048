import type { Translate } from '../i18n'
import type form from '../locales/en/form.json'
import { el, type Child } from './dom'
import type { Answers, FieldError, FieldKind, ShownField } from './types'

export type FormWords = Translate<keyof typeof form>

/** One question on the screen. */
export type Control = {
  field: ShownField
  element: HTMLElement
  read(): Answers[string] | undefined
  focus(): void
  show(error: FieldError | undefined): void
}

/** More choices than these stand in a list that opens. */
const MOST_RADIOS = 6
const TYPES: Partial<Record<FieldKind, string>> = { email: 'email', phone: 'tel', date: 'date' }
/** What browsers can fill in by themselves. */
const KNOWN: Record<string, string> = {
  email: 'email', phone: 'tel', phone_number: 'tel', name: 'name', first_name: 'given-name', last_name: 'family-name',
  city: 'address-level2', country: 'country-name', company: 'organization', postal_code: 'postal-code',
}
let numbers = 0

/** Draws a question; hidden ones have no element, and are read from the page's address. */
export function control(field: ShownField, words: FormWords): Control {
  const id = `f${++numbers}`
  const error = el('p', { class: 'error', id: `${id}-e` })
  const optional = !field.required && field.kind !== 'checkbox' && el('small', {}, ` (${words('formOptional')})`)
  const help = field.help ? el('p', { class: 'help', id: `${id}-h` }, field.help) : null
  const { nodes, inputs, read } = drawn(field, id, optional, help)
  const element = el('div', { class: 'field' }, ...nodes, error)
  error.hidden = true
  const describe = (on: boolean): void => {
    const about = [help && `${id}-h`, on && `${id}-e`].filter(Boolean).join(' ')
    for (const input of inputs) {
      if (about) input.setAttribute('aria-describedby', about)
      else input.removeAttribute('aria-describedby')
      input.setAttribute('aria-invalid', String(on))
      if (field.required) input.setAttribute('aria-required', 'true')
    }
  }
  describe(false)
  return {
    field, element, read,
    focus: () => inputs[0]?.focus(),
    show(found) {
      element.classList.toggle('wrong', !!found)
      error.hidden = !found
      error.textContent = found ? said(found, words) : ''
      describe(!!found)
    },
  }
}

type Drawn = { nodes: Child[]; inputs: HTMLElement[]; read: Control['read'] }

function drawn(field: ShownField, id: string, optional: Child, help: Child): Drawn {
  const { kind, key, label, placeholder, longest, least, most, pattern, choices } = field
  if (kind === 'checkbox' || kind === 'consent') {
    const input = el('input', { type: 'checkbox', id, name: key })
    const tick = el('label', { class: 'tick' }, input, el('span', {}, label, kind === 'consent' && optional))
    return { nodes: [tick, help], inputs: [input], read: () => input.checked }
  }
  if (kind === 'choices' || (kind === 'choice' && choices.length <= MOST_RADIOS)) {
    const type = kind === 'choices' ? 'checkbox' : 'radio'
    const inputs = choices.map(({ value }) => el('input', { type, name: id, value }))
    const ticks = choices.map((choice, place) => el('label', { class: 'tick' }, inputs[place]!, el('span', {}, choice.label)))
    const chosen = (): string[] => inputs.filter(({ checked }) => checked).map(({ value }) => value)
    return {
      nodes: [el('fieldset', {}, el('legend', {}, label, optional), help, ...ticks)], inputs,
      read: () => (kind === 'choices' ? chosen() : chosen()[0]),
    }
  }
  const title = el('label', { class: 'label', for: id }, label, optional)
  const common = { id, name: key, placeholder, autocomplete: KNOWN[key] }
  if (kind === 'choice') {
    const options = choices.map((choice) => el('option', { value: choice.value }, choice.label))
    const select = el('select', common, el('option', { value: '' }, placeholder || '–'), ...options)
    return { nodes: [title, help, select], inputs: [select], read: () => select.value }
  }
  if (kind === 'long_text') {
    const area = el('textarea', { ...common, rows: 4, maxlength: longest })
    return { nodes: [title, help, area], inputs: [area], read: () => area.value }
  }
  const digits = kind === 'number' || (pattern && !/[A?]/.test(pattern))
  const input = el('input', {
    ...common, type: TYPES[kind] ?? 'text', maxlength: longest, min: least, max: most, placeholder: placeholder || pattern,
    inputmode: kind === 'number' && !(least !== null && least >= 0) ? 'text' : digits && !TYPES[kind] ? 'decimal' : undefined,
  })
  return { nodes: [title, help, input], inputs: [input], read: () => input.value }
}

/** What is wrong, in the reader's language; a code that is new to this page shows the server's own words. */
function said({ code, message, limit }: FieldError, words: FormWords): string {
  const key = `form_${code}` as Parameters<FormWords>[0]
  const text = words(key, { limit: limit ?? '' })
  return !text || text === key ? message : text
}
