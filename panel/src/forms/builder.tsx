import type { FieldKind } from '@shared/form/types'
import { IconChevronDown, IconGripVertical } from '@tabler/icons-react'
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { Select, Text } from '../people/fields'
import { useWords, type Language } from '../words/words'
import { KINDS, newField, said } from './draft'
import { FieldEditor } from './field-editor'
import css from './forms.module.css'
import { AfterSending, Appearance, Letter, Texts } from './parts'
import type { Draft, Field } from './types'

type Props = { draft: Draft; change: (part: Partial<Draft>) => void; language: Language; canMail: boolean | undefined }

/** Everything that a form is made of, from top to bottom as people meet it. */
export function Builder({ draft, change, language }: Props) {
  const { t } = useWords()
  return (
    <>
      <label className={css.labelled}><span className={css.label}>{t('form.name')}</span>
        <Text label={t('form.name')} placeholder={t('form.nameHint')} value={draft.name} write={(name) => change({ name })} maxLength={128} autoFocus={!draft.name} /></label>
      <Texts draft={draft} change={change} language={language} />
      <Fields fields={draft.fields} language={language} write={(fields) => change({ fields })} />
      <AfterSending draft={draft} change={change} language={language} />
      <Letter draft={draft} change={change} language={language} />
      <Appearance draft={draft} change={change} />
    </>
  )
}

function moved<Item>(items: Item[], from: number, to: number): Item[] {
  const next = [...items]
  next.splice(to, 0, ...next.splice(from, 1))
  return next
}

/** The questions, in their order: dragged by the handle, or moved with the arrow keys on it. */
function Fields({ fields, language, write }: { fields: Field[]; language: Language; write: (fields: Field[]) => void }) {
  const { t } = useWords()
  const [open, setOpen] = useState<string | null>(null)
  const [dragged, setDragged] = useState<string | null>(null)
  const [told, setTold] = useState('')
  const list = useRef<HTMLOListElement>(null)

  const move = (from: number, to: number) => {
    if (to < 0 || to >= fields.length || to === from) return
    write(moved(fields, from, to))
    setTold(t('field.moved', { name: said(fields[from]!.label, language) || fields[from]!.key, n: to + 1, of: fields.length }))
  }
  const onKey = (event: KeyboardEvent, place: number) => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
    if (!step) return
    event.preventDefault()
    move(place, place + step)
  }
  const onMove = (event: PointerEvent) => {
    const from = fields.findIndex(({ key }) => key === dragged)
    if (from < 0) return
    const rows = [...list.current!.children].map((row) => row.getBoundingClientRect())
    // Past the middle of a neighbour it changes places with it: nothing jumps back and forth under the pointer.
    let to = from
    while (to > 0 && event.clientY < rows[to - 1]!.top + rows[to - 1]!.height / 2) to--
    while (to < rows.length - 1 && event.clientY > rows[to + 1]!.top + rows[to + 1]!.height / 2) to++
    if (to !== from) write(moved(fields, from, to))
  }
  const add = (field: Field) => {
    write([...fields, field])
    setOpen(field.key)
  }
  return (
    <section className={css.labelled} aria-label={t('form.fields')}>
      <span className={css.label}>{t('form.fields')}</span>
      <ol ref={list} className={css.fields}>
        {fields.map((field, place) => {
          const name = said(field.label, language) || field.key
          return (
            <li key={field.key} className={css.field} data-dragged={dragged === field.key || undefined}>
              <div className={css.fieldHead}>
                <button type="button" className={css.handle} aria-label={t('field.move', { name })} title={t('field.moveHint')}
                  onKeyDown={(event) => onKey(event, place)}
                  onPointerDown={(event) => {
                    event.currentTarget.setPointerCapture(event.pointerId)
                    setDragged(field.key)
                  }}
                  onPointerMove={dragged ? onMove : undefined} onPointerUp={() => setDragged(null)} onPointerCancel={() => setDragged(null)}>
                  <IconGripVertical size={16} aria-hidden="true" />
                </button>
                <button type="button" className={css.opener} aria-expanded={open === field.key} onClick={() => setOpen(open === field.key ? null : field.key)}>
                  <span className={css.name}>{name}</span>
                  <span className={css.hint}>{t(`field.kind.${field.kind}`)}{field.required && ` · ${t('field.required')}`}</span>
                  <IconChevronDown size={16} aria-hidden="true" />
                </button>
              </div>
              {open === field.key && (
                <FieldEditor field={field} language={language} others={fields.filter((each) => each !== field)}
                  write={(next) => write(fields.map((each) => (each === field ? next : each)))}
                  remove={() => write(fields.filter((each) => each !== field))} />
              )}
            </li>
          )
        })}
      </ol>
      <span className={css.hush} role="status">{told}</span>
      <Select label={t('field.add')} className={css.add} value="" pick={(kind) => add(newField(kind as FieldKind, t(`field.kind.${kind as FieldKind}`), language, fields.map(({ key }) => key)))}>
        <option value="" hidden>+ {t('field.add')}</option>
        {KINDS.map((kind) => <option key={kind} value={kind}>{t(`field.kind.${kind}`)}</option>)}
      </Select>
    </section>
  )
}
