import { Button } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../parts/dialog'
import { Text } from './fields'
import { useT } from './names'
import css from './people.module.css'

type Props = { opened: boolean; close: () => void; title: string | undefined; label: string; first?: string; save: (name: string) => Promise<unknown> }

/** Asks for one name. */
export function AskName({ opened, close, title, label, first = '', save }: Props) {
  const t = useT()
  const [name, setName] = useState(first)
  const done = () => {
    close()
    setName(first)
  }
  return (
    <Dialog opened={opened} onClose={done} title={title}>
      <form className={css.ask} onSubmit={(event) => {
        event.preventDefault()
        if (!name.trim()) return
        close()
        void save(name.trim())
        setName(first && name)
      }}>
        <Text label={label} placeholder={label} value={name} write={setName} maxLength={64} data-autofocus />
        <Button type="submit" disabled={!name.trim()}>{t('save')}</Button>
      </form>
    </Dialog>
  )
}
