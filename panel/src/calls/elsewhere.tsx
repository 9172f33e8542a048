import { Button } from '@mantine/core'
import { IconDevices2 } from '@tabler/icons-react'
import type { Call } from '@shared/types'
import { useWords } from '../words/words'
import css from './calls.module.css'
import type { Phone } from './phone'
import { usePhone } from './use-phone'

/** A call that this agent has on another device, or in another window; it can be taken over. */
export function Elsewhere({ call, phone }: { call: Call; phone: Phone }) {
  const { t } = useWords()
  const { busy } = usePhone(phone)
  const name = call.contact?.name ?? ''
  return (
    <section className={css.elsewhere} aria-label={t('calls.elsewhere', { name })}>
      <IconDevices2 size={18} aria-hidden="true" />
      <span>{t('calls.elsewhere', { name })}</span>
      {call.state === 'talking' && <Button size="compact-md" variant="default" loading={busy} onClick={() => void phone.takeOver(call)}>{t('calls.takeHere')}</Button>}
    </section>
  )
}
