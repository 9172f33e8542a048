import type { ReactNode } from 'react'
import css from './forms.module.css'

type Props = { on: boolean; turn: (on: boolean) => void; label: string; children?: ReactNode }

/** On or off, in a sentence. */
export function Tick({ on, turn, label, children }: Props) {
  return (
    <label className={css.tick}>
      <input type="checkbox" checked={on} onChange={(event) => turn(event.currentTarget.checked)} />
      <span>{label}{children && <span className={css.hint}>{children}</span>}</span>
    </label>
  )
}

/** Whether something works right now. */
export function Switch({ on, turn, label, name }: Omit<Props, 'children'> & { name?: string }) {
  return (
    <label className={css.tick}>
      <input type="checkbox" role="switch" className={css.switch} checked={on} aria-label={label} onChange={(event) => turn(event.currentTarget.checked)} />
      {name}
    </label>
  )
}
