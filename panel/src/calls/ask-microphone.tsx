import { Button } from '@mantine/core'
import { Dialog } from '../parts/dialog'
import { useWords } from '../words/words'
import css from './calls.module.css'

/** Why the browser is about to ask for the microphone: said before it does, because a no is hard to take back. */
export function AskMicrophone({ name, go, close }: { name: string; go: () => void; close: () => void }) {
  const { t } = useWords()
  return (
    <Dialog opened onClose={close} title={t('calls.ask.title', { name })}>
      <div className={css.form}>
        <p>{t('calls.ask.why')}</p>
        <div className={css.foot}><Button variant="default" onClick={close}>{t('calls.ask.no')}</Button><Button data-autofocus onClick={go}>{t('calls.ask.go')}</Button></div>
      </div>
    </Dialog>
  )
}
