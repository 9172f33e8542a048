import { Button } from '@mantine/core'
import { useState } from 'react'
import type { MailSender } from '../live/api-types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { useWords } from '../words/words'
import { called } from './mail-senders'
import page from './settings.module.css'

/** A sender that is deleted takes its keys and its password with it, so it is asked for. */
export function DeleteSender({ of, close, done }: { of: MailSender; close: () => void; done: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const act = async () => {
    setBusy(true)
    try {
      await live.rest('DELETE', `mail/senders/${of.id}`)
      done()
    } catch {
      setFailed(true)
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t('senders.sure', { name: called(of) })}>
      <p>{t('senders.sureWhy')}</p>
      {failed && <p role="alert">{t('failed.action')}</p>}
      <div className={page.foot}>
        <Button variant="default" onClick={close} data-autofocus>{t('cancel')}</Button>
        <Button color="red.9" loading={busy} onClick={() => void act()}>{t('senders.delete')}</Button>
      </div>
    </Dialog>
  )
}
