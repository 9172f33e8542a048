import fields from './fields.module.css'
import css from './people.module.css'

type ChoiceProps<Value extends string> = { label: string; name: string; value: Value; pick: (value: Value) => void; disabled: boolean; options: [Value, string][] }

/** One of a few, as radio buttons. */
export function Choice<Value extends string>({ label, name, value, pick, disabled, options }: ChoiceProps<Value>) {
  return (
    <fieldset className={css.exportChoice}>
      <legend>{label}</legend>
      {options.map(([each, text]) => (
        <label key={each} className={fields.choice}>
          <input type="radio" name={name} className={fields.check} checked={value === each} disabled={disabled} onChange={() => pick(each)} />
          {text}
        </label>
      ))}
    </fieldset>
  )
}
