import { newId } from '../ids'
import { el, svg } from './dom'
import { control, type FormWords } from './fields'
import type { Answers, FieldError, FilledForm, ShownForm, TakenForm } from './types'

export type Refusal = { code: string; fields?: Record<string, FieldError> }

export type Setting = {
  form: ShownForm
  words: FormWords
  language: string
  /** Sends what was filled in; rejects with a Refusal. Without it the form is a picture of itself. */
  send?: (filled: FilledForm) => Promise<TakenForm>
  /** Gets a fresh token, where the one of the form is too old. */
  renew?: () => Promise<ShownForm>
  done?: (taken: TakenForm) => void
}

const TICK = 'm5 12 5 5L20 7'
const pause = (milliseconds: number): Promise<void> => new Promise((over) => setTimeout(over, milliseconds))
let numbers = 0

/** Draws a form. What it looks like and what it says stands here once, for pages and for the panel's preview. */
export function drawForm(setting: Setting): HTMLElement {
  const { words, language } = setting
  let { form } = setting
  let shown = Date.now()
  const clientId = newId()
  const title = `form-title-${++numbers}`
  const controls = form.fields.filter(({ kind }) => kind !== 'hidden').map((field) => control(field, words))
  const trap = el('input', { name: 'website', tabindex: -1, autocomplete: 'off' })
  const problem = el('p', { class: 'problem', role: 'alert' })
  problem.hidden = true
  const label = form.button || words('formSend')
  const button = el('button', { type: 'submit', class: 'send' }, label)
  const element = el(
    'form', { class: 'form', novalidate: true, 'aria-labelledby': form.title ? title : null, 'aria-label': form.title ? null : label },
    form.title && el('h2', { id: title }, form.title),
    form.intro && el('p', { class: 'intro' }, form.intro),
    ...controls.map((each) => each.element),
    el('div', { class: 'trap', 'aria-hidden': 'true' }, el('label', {}, 'Website ', trap)),
    problem, button,
  )
  let isBusy = false

  function busy(on: boolean): void {
    isBusy = on
    button.setAttribute('aria-disabled', String(on))
    button.textContent = on ? words('formSending') : label
  }

  function complain(text: string): void {
    problem.textContent = text
    problem.hidden = !text
  }

  async function send(): Promise<TakenForm> {
    // Whoever is quicker than any person, because the browser filled it in, waits a moment.
    await pause(Math.max(0, shown + form.wait - Date.now()))
    const filled = { form: form.id, client_id: clientId, token: form.token, answers: read(), trap: trap.value, page: location.href.slice(0, 2048), language }
    try {
      return await setting.send!(filled)
    } catch (error) {
      if ((error as Refusal).code !== 'token_expired' || !setting.renew) throw error
      form = await setting.renew()
      shown = Date.now()
      return send()
    }
  }

  function read(): Answers {
    const answers: Answers = {}
    for (const { field, read } of controls) {
      const value = read()
      if (value !== undefined && value !== '') answers[field.key] = value
    }
    const query = new URLSearchParams(location.search)
    for (const { key, kind, parameter } of form.fields) {
      const value = kind === 'hidden' && parameter && query.get(parameter)
      if (value) answers[key] = value
    }
    return answers
  }

  function refuse({ code, fields = {} }: Refusal): void {
    let first: (typeof controls)[number] | undefined
    for (const each of controls) {
      const wrong = fields[each.field.key]
      each.show(wrong)
      if (wrong) first ??= each
    }
    const known = { form_invalid: 'formInvalid', rate_limited: 'formTooMany', not_found: 'formGone' } as const
    complain(words(known[code as keyof typeof known] ?? 'formFailed'))
    first?.focus()
  }

  function finish(taken: TakenForm): void {
    if (taken.status === 'done' && /^https?:/.test(taken.redirect)) return location.assign(taken.redirect)
    const text = taken.status === 'asked' ? words('formAsked') : taken.text || words('formThanks')
    const done = el('div', { class: 'done', role: 'status', tabindex: -1 }, svg(TICK), el('p', {}, text))
    element.replaceWith(done)
    done.focus({ preventScroll: false })
    setting.done?.(taken)
  }

  element.addEventListener('submit', (event) => {
    event.preventDefault()
    if (isBusy || !setting.send) return
    busy(true)
    complain('')
    send().then(finish, (error) => {
      busy(false)
      refuse(error)
    })
  })
  return element
}
