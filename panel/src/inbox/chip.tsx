import type { ReactNode } from 'react'
import type { Colour } from './labels-data'
import css from './marks.module.css'

/** A word on its colour. */
export const Chip = ({ colour = 'grey', children, title }: { colour?: Colour; children: ReactNode; title?: string }) => (
  <span className={css.chip} data-colour={colour} title={title}>{children}</span>
)
