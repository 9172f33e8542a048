import { useId, useState, type InputHTMLAttributes, type SelectHTMLAttributes } from 'react'
import { localMoment } from '../parts/local-moment'
import type { Attribute, ValueType } from './types'
import css from './fields.module.css'
import { useT } from './names'

type SelectProps = Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange'> & { label: string; pick: (value: string) => void }

/** One of several, by the browser's own list: it is quick by keyboard and right on every phone. */
export function Select({ label, pick, className = '', ...rest }: SelectProps) {
  return <select aria-label={label} className={`${css.field} ${className}`} onChange={(event) => pick(event.currentTarget.value)} {...rest} />
}

type TextProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> & { label: string; write: (value: string) => void; offers?: string[] }

/** A line of text; `offers` are proposed while typing. */
export function Text({ label, write, offers, className = css.wide, ...rest }: TextProps) {
  const id = useId()
  return (
    <>
      <input aria-label={label} className={`${css.field} ${className ?? ''}`} list={offers && id} autoComplete="off"
        onChange={(event) => write(event.currentTarget.value)} {...rest} />
      {offers && <datalist id={id}>{offers.map((offer) => <option key={offer} value={offer} />)}</datalist>}
    </>
  )
}

type NumberProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> & { label: string; value: number | undefined; write: (value: number | undefined) => void }

export function NumberField({ label, value, write, className = css.number, ...rest }: NumberProps) {
  // What is being typed ("-", "1.") need not be a number yet.
  const [text, setText] = useState(value === undefined ? '' : String(value))
  const shown = text !== '' && Number(text) === value ? text : value === undefined ? text : String(value)
  return (
    <input type="number" inputMode="decimal" aria-label={label} className={`${css.field} ${className ?? ''}`} value={shown}
      onChange={(event) => {
        setText(event.currentTarget.value)
        const number = event.currentTarget.valueAsNumber
        write(Number.isNaN(number) ? undefined : number)
      }} {...rest} />
  )
}

/** Several values, separated by commas. */
export function Many({ label, values, write, ...rest }: { label: string; values: unknown[]; write: (values: string[]) => void; placeholder?: string; offers?: string[] }) {
  const [text, setText] = useState(values.join(', '))
  return (
    <Text label={label} value={text} {...rest}
      write={(next) => {
        setText(next)
        write(next.split(',').map((each) => each.trim()).filter(Boolean))
      }} />
  )
}

type ValueProps = { attribute: Pick<Attribute, 'type' | 'choices' | 'multiple'>; label: string; value: unknown; write: (value: unknown) => void; many?: boolean; autoFocus?: boolean; invalid?: boolean }

/** A value of an attribute, by its type. */
export function Value({ attribute, label, value, write, many = false, autoFocus, invalid }: ValueProps) {
  const t = useT()
  const { type, choices } = attribute
  const more = { label, autoFocus, 'aria-invalid': invalid || undefined }
  if (type === 'boolean') {
    return (
      <Select {...more} value={value === undefined || value === null ? '' : String(value)} pick={(next) => write(next === '' ? null : next === 'true')}>
        <option value="">–</option>
        <option value="true">{t('value.yes')}</option>
        <option value="false">{t('value.no')}</option>
      </Select>
    )
  }
  if (type === 'fixed') {
    if (many || attribute.multiple) return <Choices label={label} choices={choices} values={asList(value)} write={write} />
    return (
      <Select {...more} value={String(asList(value)[0] ?? '')} pick={(next) => write(next || null)}>
        <option value="">–</option>
        {choices.map((choice) => <option key={choice} value={choice}>{choice}</option>)}
      </Select>
    )
  }
  if (many) {
    const numeric = type === 'integer' || type === 'float'
    return (
      <Many label={label} values={asList(value)} placeholder={t('value.commas')}
        write={(values) => write(numeric ? values.map(Number).filter((each) => !Number.isNaN(each)) : values)} />
    )
  }
  if (type === 'integer' || type === 'float') {
    return <NumberField {...more} step={type === 'integer' ? 1 : 'any'} value={typeof value === 'number' ? value : undefined} write={(next) => write(next ?? null)} className={css.wide} />
  }
  if (type === 'date') return <Text {...more} type="date" value={String(value ?? '')} write={(next) => write(next || null)} className="" />
  if (type === 'datetime') {
    return <Text {...more} type="datetime-local" value={localMoment(value)} write={(next) => write(next ? new Date(next).toISOString() : null)} className="" />
  }
  return <Text {...more} value={String(value ?? '')} write={(next) => write(next === '' ? null : next)} />
}

export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])

function Choices({ label, choices, values, write }: { label: string; choices: string[]; values: unknown[]; write: (values: string[]) => void }) {
  return (
    <fieldset className={css.choices}>
      <legend className={css.hidden}>{label}</legend>
      {choices.map((choice) => (
        <label key={choice} className={css.choice}>
          <input type="checkbox" className={css.check} checked={values.includes(choice)}
            onChange={(event) => write(choices.filter((each) => (each === choice ? event.currentTarget.checked : values.includes(each))))} />
          {choice}
        </label>
      ))}
    </fieldset>
  )
}

export const isNumeric = (type: ValueType): boolean => type === 'integer' || type === 'float'
