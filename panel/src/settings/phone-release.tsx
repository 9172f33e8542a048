import { Button, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { PhoneNumber } from '../live/api-types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { spaced, usePhoneChanged } from './phone-data'
import own from './phone.module.css'
import css from './settings.module.css'

const LAST = 4

/** A number that is given back can't be had again as a rule, so its end is typed first. */
export function ReleaseNumber({ of, title, close }: { of: PhoneNumber; title: string; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const changed = usePhoneChanged()
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const end = of.number.slice(-LAST)
  const release = async (event: FormEvent) => {
    event.preventDefault()
    if (typed.trim() !== end || busy) return
    setBusy(true)
    try {
      await live.rest('DELETE', `phone-numbers/${of.id}`)
      void changed()
      close()
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t('phone.sure', { number: spaced(of.number) })}>
      <form className={css.form} onSubmit={(event) => void release(event)}>
        <p>{t('phone.sureWhy', { title })}</p>
        <TextInput label={t('phone.sureType', { end })} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} inputMode="numeric" maxLength={LAST} autoComplete="off" data-autofocus />
        {refused && <p role="alert" className={own.bad}>{refused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" color="red.9" loading={busy} disabled={typed.trim() !== end}>{t('phone.release')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
