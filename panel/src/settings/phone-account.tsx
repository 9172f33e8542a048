import { Button } from '@mantine/core'
import { useState } from 'react'
import type { PhoneAccount, PhoneChecked, PhoneSetting } from '../live/api-types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { Connect } from './phone-connect'
import { TITLES, useMoney, usePhoneChanged } from './phone-data'
import own from './phone.module.css'
import css from './settings.module.css'

type Props = { setting: PhoneSetting; account: PhoneAccount }
type Said = { text: string; bad?: boolean }

/** Which account it is, whether it works, and the way out. */
export function Account({ setting, account }: Props) {
  const { t } = useWords()
  const live = useLive()
  const money = useMoney()
  const changed = usePhoneChanged()
  const title = TITLES[account.provider]!
  const [dialog, setDialog] = useState<'key' | 'leave'>()
  const [said, setSaid] = useState<Said>()
  const [busy, setBusy] = useState(false)
  const doing = async (work: () => Promise<Said | undefined>) => {
    setBusy(true)
    setSaid(undefined)
    setSaid(await work().catch((error: unknown): Said => ({ text: refusal(error, t), bad: true })))
    setBusy(false)
  }
  const check = () => doing(async () => {
    const { left } = await live.rest<PhoneChecked>('POST', 'phone-account/check')
    return { text: left ? t('phone.worksLeft', { title, left: money({ ...left, amount: Number(left.amount).toFixed(2) }) }) : t('phone.works', { title }) }
  })
  const leave = () => doing(async () => {
    await live.rest('DELETE', 'phone-account')
    setDialog(undefined)
    await changed()
    return undefined
  })
  return (
    <section className={own.section} aria-labelledby="phone-account">
      <h3 id="phone-account" className={css.partName}>{t('phone.account')}</h3>
      <div className={css.rows}>
        <div className={`${css.row} ${css.wraps}`}>
          <span className={css.lines}>
            <strong>{title}</strong>
            <span className={css.more}>{[account.account, t('phone.keyNow', { end: account.secret })].filter(Boolean).join(' · ')}</span>
          </span>
          <span className={css.acts}>
            <Button size="compact-md" variant="default" loading={busy && !dialog} onClick={() => void check()}>{t('phone.check')}</Button>
            <Button size="compact-md" variant="default" onClick={() => setDialog('key')}>{t('phone.newKey')}</Button>
            <Button size="compact-md" variant="default" onClick={() => setDialog('leave')}>{t('phone.disconnect')}</Button>
          </span>
        </div>
      </div>
      {said && !dialog && <p role={said.bad ? 'alert' : 'status'} className={said.bad ? own.bad : undefined}>{said.text}</p>}
      {dialog === 'key' && (
        <Dialog opened onClose={() => setDialog(undefined)} title={t('phone.newKeyTitle', { title })}>
          <Connect setting={setting} of={account} close={() => setDialog(undefined)} />
        </Dialog>
      )}
      {dialog === 'leave' && (
        <Dialog opened onClose={() => setDialog(undefined)} title={t('phone.leave', { title })}>
          <p>{t('phone.leaveWhy', { title })}</p>
          {said?.bad && <p role="alert" className={own.bad}>{said.text}</p>}
          <div className={css.foot}>
            <Button variant="default" onClick={() => setDialog(undefined)} data-autofocus>{t('cancel')}</Button>
            <Button color="red.9" loading={busy} onClick={() => void leave()}>{t('phone.disconnect')}</Button>
          </div>
        </Dialog>
      )}
    </section>
  )
}
