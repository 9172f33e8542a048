import { Modal, type ModalProps } from '@mantine/core'
import { useWords } from '../words/words'
import { useFocusBack } from './focus-back'

/** A question or a form over the page. Whoever closes it is where they were before. */
export function Dialog(props: ModalProps) {
  const { t } = useWords()
  useFocusBack(props.opened)
  return <Modal closeButtonProps={{ 'aria-label': t('close') }} {...props} />
}
