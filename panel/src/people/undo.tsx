import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { T } from '../words/words'
import css from './people.module.css'

const UNDO_FOR = 10_000
let count = 0

/** Says what was done, and offers for ten seconds to take it back. */
export function tellWithUndo(t: T, message: string, undo: () => Promise<unknown>): void {
  const id = `undo ${++count}`
  const back = () => {
    notifications.hide(id)
    undo().catch(() => tellFailed(t))
  }
  notifications.show({
    id, autoClose: UNDO_FOR, withBorder: true, closeButtonProps: { 'aria-label': t('close') },
    message: <span className={css.toast}>{message} <Button size="compact-sm" variant="light" onClick={back}>{t('undo')}</Button></span>,
  })
}

export const tellFailed = (t: T, message = ''): void => {
  notifications.show({ color: 'red', message: message || t('failed.action'), closeButtonProps: { 'aria-label': t('close') } })
}
