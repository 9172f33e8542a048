import { Button } from '@mantine/core'
import { useState } from 'react'
import type { MailSender } from '../live/api-types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { Published } from './mail-records'
import { called } from './mail-senders'
import css from './mail.module.css'
import page from './settings.module.css'

/** What to publish so that receivers know a sender's mails by their signature, and the switch for it. */
export function Signing({ of, close, changed }: { of: MailSender; close: () => void; changed: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const [on, setOn] = useState(of.sign)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const turn = async () => {
    setBusy(true)
    setRefused('')
    try {
      setOn((await live.rest<MailSender>('PATCH', `mail/senders/${of.id}`, { sign: !on })).sign)
      changed()
    } catch (error) {
      setRefused(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} size="lg" title={t('senders.signName', { name: called(of) })}>
      <div className={css.found}>
        <p>{t('dkim.why', { domain: of.dkim_domain })}</p>
        {of.records.map(({ name, value }) => <Published key={name} name={name} value={value} />)}
        <p role="status"><strong>{t(on ? 'dkim.on' : 'dkim.off')}</strong> <span className={page.note}>{t(on ? 'dkim.onWhy' : 'dkim.offWhy')}</span></p>
        {refused && <p role="alert" className={css.bad}>{refused}</p>}
        <div className={page.foot}>
          <Button variant="default" onClick={close} data-autofocus>{t('close')}</Button>
          {of.id > 0 && <Button variant={on ? 'default' : undefined} loading={busy} onClick={() => void turn()}>{t(on ? 'dkim.turnOff' : 'dkim.turnOn')}</Button>}
        </div>
      </div>
    </Dialog>
  )
}
