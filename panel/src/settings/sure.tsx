import { Button } from '@mantine/core'
import { useState } from 'react'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './settings.module.css'

type Props = { title: string; why: string; path: string; done: () => void; close: () => void }

/** Asks once more before something is deleted, with what it means. */
export function Sure({ title, why, path, done, close }: Props) {
  const { t } = useWords()
  const live = useLive()
  const [busy, setBusy] = useState(false)
  const remove = async () => {
    setBusy(true)
    try {
      await live.rest('DELETE', path)
      done()
      close()
    } catch (error) {
      tellFailed(t, refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={title}>
      <p>{why}</p>
      <div className={css.foot}>
        <Button variant="default" onClick={close} data-autofocus>{t('cancel')}</Button>
        <Button color="red" loading={busy} onClick={() => void remove()}>{t('delete')}</Button>
      </div>
    </Dialog>
  )
}
