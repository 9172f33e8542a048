import css from './forms.module.css'

type Props<Value extends string> = { label: string; value: Value; options: { value: Value; label: string }[]; pick: (value: Value) => void }

/** One of a few, all in sight. */
export function Pick<Value extends string>({ label, value, options, pick }: Props<Value>) {
  return (
    <div className={css.pick} role="group" aria-label={label}>
      {options.map((option) => <button key={option.value} type="button" aria-pressed={option.value === value} onClick={() => pick(option.value)}>{option.label}</button>)}
    </div>
  )
}
