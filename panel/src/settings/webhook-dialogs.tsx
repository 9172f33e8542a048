import { Button, CopyButton } from '@mantine/core'
import { useState } from 'react'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { useWords } from '../words/words'
import css from './keys.module.css'
import page from './settings.module.css'
import { called, type Made, type Webhook } from './webhooks'

/** The only time that anybody sees the secret: nothing closes it by accident. */
export function Secret({ secret, close }: { secret?: string; close: () => void }) {
  const { t } = useWords()
  return (
    <Dialog opened={secret !== undefined} onClose={close} title={t('hooks.shown')} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false}>
      <p>{t('hooks.shownWhy')}</p>
      <code className={css.secret} data-testid="secret">{secret}</code>
      <div className={page.foot}>
        <CopyButton value={secret ?? ''}>
          {({ copied, copy }) => <Button onClick={copy} data-autofocus>{copied ? t('copied') : t('hooks.copy')}</Button>}
        </CopyButton>
        <Button variant="default" onClick={close}>{t('hooks.stored')}</Button>
      </div>
    </Dialog>
  )
}

type SureProps = { asked?: { of: Webhook; what: 'delete' | 'rotate' }; close: () => void; done: (secret?: string) => void }

/** What can't be taken back is asked for, with what it means. */
export function Sure({ asked, close, done }: SureProps) {
  const { t } = useWords()
  const live = useLive()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const leave = () => { setFailed(false); close() }
  const rotates = asked?.what === 'rotate'
  const act = async (of: Webhook) => {
    setBusy(true)
    try {
      const made = rotates ? await live.rest<Made>('POST', `webhooks/${of.id}/secret`, {}) : undefined
      if (!rotates) await live.rest('DELETE', `webhooks/${of.id}`)
      setFailed(false)
      done(made?.secret)
    } catch {
      setFailed(true)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog opened={asked !== undefined} onClose={leave} title={asked && (rotates ? t('hooks.rotateSure') : t('hooks.sure', { name: called(asked.of) }))}>
      <p>{t(rotates ? 'hooks.rotateWhy' : 'hooks.sureWhy')}</p>
      {failed && <p role="alert">{t('failed.action')}</p>}
      <div className={page.foot}>
        <Button variant="default" onClick={leave} data-autofocus>{t('cancel')}</Button>
        <Button color={rotates ? undefined : 'red.9'} loading={busy} onClick={() => asked && void act(asked.of)}>{t(rotates ? 'hooks.rotate' : 'hooks.delete')}</Button>
      </div>
    </Dialog>
  )
}
