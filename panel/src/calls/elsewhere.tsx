import { IconDevices2 } from '@tabler/icons-react'
import type { Call } from '@shared/types'
import { useWords } from '../words/words'
import css from './calls.module.css'

/** A call that this agent has on another device, or in another window. */
export function Elsewhere({ call }: { call: Call }) {
  const { t } = useWords()
  const name = call.contact?.name ?? ''
  return (
    <section className={css.elsewhere} aria-label={t('calls.elsewhere', { name })}>
      <IconDevices2 size={18} aria-hidden="true" />
      <span>{t('calls.elsewhere', { name })}</span>
    </section>
  )
}
