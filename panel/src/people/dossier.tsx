import { Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconFileZip } from '@tabler/icons-react'
import { useLive } from '../live/context'
import type { Live } from '../live/live'
import { RestError } from '../live/rest'
import { receive, save } from '../live/transfer'
import { bytes } from '../words/times'
import { useWords, type T } from '../words/words'
import type { Contact } from './types'

/** A menu's way to everything that is kept of a person, as one file. */
export function Dossier({ contact }: { contact: Contact }) {
  const { t, locale } = useWords()
  const live = useLive()
  return <Menu.Item leftSection={<IconFileZip size={16} />} onClick={() => void download(live, contact, t, locale)}>{t('dossier.open')}</Menu.Item>
}

async function download(live: Live, { id, name }: Contact, t: T, locale: string): Promise<void> {
  const note = `dossier ${id}`
  const shown = { id: note, withBorder: true, autoClose: false as const, loading: true, closeButtonProps: { 'aria-label': t('close') } }
  notifications.show({ ...shown, message: t('dossier.coming', { name }) })
  try {
    // It is made while it comes, so nobody knows how large it will be.
    const file = await receive(live.token, `contacts/${id}/dossier`, undefined, (received) =>
      notifications.update({ ...shown, message: t('dossier.so', { name, size: bytes(received.bytes, locale) }) }))
    save(file, `${name.replace(/[^\p{L}\p{N}]+/gu, '-')}-${id}.zip`)
    notifications.update({ ...shown, loading: false, autoClose: 6_000, message: t('dossier.done', { name, size: bytes(file.size, locale) }) })
  } catch (error) {
    const forbidden = error instanceof RestError && error.status === 403
    notifications.update({ ...shown, loading: false, autoClose: 10_000, color: 'red', message: t(forbidden ? 'privacy.forbidden' : 'dossier.failed') })
  }
}
