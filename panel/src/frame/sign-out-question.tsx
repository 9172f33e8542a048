import { Button, Modal } from '@mantine/core'
import { useWords } from '../words/words'

type Props = { opened: boolean; close: () => void; waiting: number; signOut: () => void }

/** Signing out while something waits would leave it here until the same person comes back: that deserves a question. */
export function SignOutQuestion({ opened, close, waiting, signOut }: Props) {
  const { t } = useWords()
  return (
    <Modal opened={opened} onClose={close} title={t('signOut.title')} closeButtonProps={{ 'aria-label': t('close') }}>
      <p>{t('signOut.waiting', { n: waiting })}</p>
      <Button.Group mt="md">
        <Button variant="default" onClick={close} data-autofocus>{t('signOut.stay')}</Button>
        <Button variant="default" onClick={signOut}>{t('menu.signOut')}</Button>
      </Button.Group>
    </Modal>
  )
}
