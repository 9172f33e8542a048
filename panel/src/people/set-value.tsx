import { Button } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../parts/dialog'
import { useWords } from '../words/words'
import { Select, Value } from './fields'
import { attributeName, useAttributes } from './names'
import css from './people.module.css'

/** Different for everybody: no value of theirs goes to many. */
const UNIQUE = new Set(['email', 'custom_id', 'user_id'])

type Props = { opened: boolean; close: () => void; set: (attribute: string, value: unknown, name: string) => Promise<unknown> }

/** Asks for an attribute and the value that all of the people are to have; an empty one takes it away. */
export function SetValue({ opened, close, set }: Props) {
  const { t } = useWords()
  const attributes = (useAttributes() ?? []).filter(({ writable, std, type }) => writable && type !== 'json' && !UNIQUE.has(std))
  const [std, setStd] = useState('')
  const [value, setValue] = useState<unknown>(null)
  const attribute = attributes.find((one) => one.std === std)
  const done = () => {
    close()
    setStd('')
    setValue(null)
  }
  return (
    <Dialog opened={opened} onClose={done} title={t('pick.setValue')}>
      <form className={css.saveView} onSubmit={(event) => {
        event.preventDefault()
        if (!attribute) return
        void set(attribute.std, value === '' ? null : value ?? null, attributeName(attribute, t))
        done()
      }}>
        <Select label={t('pick.attribute')} value={std} pick={(next) => { setStd(next); setValue(null) }} data-autofocus>
          <option value="">{t('pick.attribute')}</option>
          {attributes.map((one) => <option key={one.std} value={one.std}>{attributeName(one, t)}</option>)}
        </Select>
        {attribute && <Value key={std} attribute={attribute} label={t('pick.value')} value={value} write={setValue} />}
        <p className={css.hint}>{t('pick.setWhy')}</p>
        <div className={css.saveFoot}>
          <Button variant="default" onClick={done}>{t('cancel')}</Button>
          <Button type="submit" disabled={!attribute}>{t('pick.doSet')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
