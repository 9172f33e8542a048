import { Button } from '@mantine/core'
import { Dialog } from '../parts/dialog'
import { useWords } from '../words/words'

type Props = { close: () => void; waiting: number; signOut: () => void }

/** Signing out while something waits would leave it here until the same person comes back: that deserves a question. */
export default function SignOutQuestion({ close, waiting, signOut }: Props) {
  const { t } = useWords()
  return (
    <Dialog opened onClose={close} title={t('signOut.title')}>
      <p>{t('signOut.waiting', { n: waiting })}</p>
      <Button.Group mt="md">
        <Button variant="default" onClick={close} data-autofocus>{t('signOut.stay')}</Button>
        <Button variant="default" onClick={signOut}>{t('menu.signOut')}</Button>
      </Button.Group>
    </Dialog>
  )
}
