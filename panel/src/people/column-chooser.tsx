import { ActionIcon } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { Dialog } from '../parts/dialog'
import { useWords } from '../words/words'
import type { Column } from './columns'
import fields from './fields.module.css'
import css from './people.module.css'

type Props = { opened: boolean; close: () => void; all: Pick<Column, 'key' | 'name'>[]; keys: string[]; keep: (keys: string[]) => void }

/** Which columns, in which order; the chosen ones first, as they stand in the table. */
export function ColumnChooser({ opened, close, all, keys, keep }: Props) {
  const { t } = useWords()
  const chosen = keys.flatMap((key) => all.filter((column) => column.key === key))
  const others = all.filter(({ key }) => !keys.includes(key))
  const move = (key: string, step: number) => {
    const order = chosen.map((column) => column.key)
    const at = order.indexOf(key)
    order.splice(at, 1)
    order.splice(at + step, 0, key)
    keep(order)
  }
  return (
    <Dialog opened={opened} onClose={close} title={t('columns.title')}>
      <ul className={css.columns}>
        {[...chosen, ...others].map(({ key, name }, index) => {
          const on = index < chosen.length
          return (
            <li key={key} className={css.columnLine}>
              <label className={fields.choice}>
                <input type="checkbox" className={fields.check} checked={on} onChange={() => keep(on ? keys.filter((each) => each !== key) : [...chosen.map((one) => one.key), key])} />
                {name}
              </label>
              <span className={css.grow} />
              {on && (
                <>
                  <ActionIcon disabled={index === 0} onClick={() => move(key, -1)} aria-label={t('columns.up', { name })}><IconArrowUp size={16} /></ActionIcon>
                  <ActionIcon disabled={index === chosen.length - 1} onClick={() => move(key, 1)} aria-label={t('columns.down', { name })}><IconArrowDown size={16} /></ActionIcon>
                </>
              )}
            </li>
          )
        })}
      </ul>
    </Dialog>
  )
}
