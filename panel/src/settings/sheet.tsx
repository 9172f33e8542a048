import type { ReactNode } from 'react'
import css from './settings.module.css'

type Props = { title: string; why: string; actions?: ReactNode; children: ReactNode }

/** A page of the settings: what it is called, a sentence of why, and what is set. */
export function Sheet({ title, why, actions, children }: Props) {
  return (
    <div className={css.sheet}>
      <div className={css.head}>
        <div className={css.heading}>
          <h2 className={css.name}>{title}</h2>
          <p className={css.why}>{why}</p>
        </div>
        {actions}
      </div>
      {children}
    </div>
  )
}
