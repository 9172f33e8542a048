import { IconBriefcase } from '@tabler/icons-react'
import css from '../companies/companies.module.css'

/** Stands where people have a face. */
export function Mark({ small = false }: { small?: boolean }) {
  return <span className={css.mark} data-small={small || undefined} aria-hidden="true"><IconBriefcase size={small ? 14 : 20} /></span>
}
