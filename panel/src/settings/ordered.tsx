import { ActionIcon } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { useWords } from '../words/words'
import css from './settings.module.css'

type Props<One> = {
  label: string
  list: readonly One[]
  change: (list: One[]) => void
  keyOf: (one: One) => number
  nameOf: (one: One) => string
  locked: boolean
  children: (one: One, edit: (one: One) => void) => ReactNode
}

/** Rules that are read from above: each is moved, changed and removed where it stands. */
export function Ordered<One>({ label, list, change, keyOf, nameOf, locked, children }: Props<One>) {
  const { t } = useWords()
  const rows = useRef<HTMLOListElement>(null)
  const moved = useRef<{ at: number; step: number }>(undefined)
  const move = (at: number, step: number) => {
    change(list.toSpliced(at, 1).toSpliced(at + step, 0, list[at]!))
    moved.current = { at: at + step, step }
  }
  // The focus goes with the rule, on a button that it still has.
  useEffect(() => {
    if (!moved.current) return
    const { at, step } = moved.current
    moved.current = undefined
    const buttons = [...(rows.current?.children[at]?.querySelectorAll<HTMLButtonElement>('button[data-step]') ?? [])].filter((button) => !button.disabled)
    ;(buttons.find((button) => button.dataset.step === String(step)) ?? buttons[0])?.focus()
  }, [list])
  if (!list.length) return null
  return (
    <ol className={css.rows} ref={rows} aria-label={label}>
      {list.map((one, at) => {
        const name = nameOf(one)
        return (
          <li key={keyOf(one)} className={`${css.row} ${css.wraps}`}>
            <span className={css.rule}>
              <span className={css.order} aria-hidden="true">{at + 1}</span>
              {children(one, (next) => change(list.with(at, next)))}
            </span>
            {!locked && (
              <span className={css.acts}>
                <ActionIcon data-step="-1" disabled={at === 0} onClick={() => move(at, -1)} aria-label={t('rules.up', { name })}><IconArrowUp size={16} /></ActionIcon>
                <ActionIcon data-step="1" disabled={at === list.length - 1} onClick={() => move(at, 1)} aria-label={t('rules.down', { name })}><IconArrowDown size={16} /></ActionIcon>
                <ActionIcon onClick={() => change(list.toSpliced(at, 1))} aria-label={t('rules.remove', { name })}><IconTrash size={16} /></ActionIcon>
              </span>
            )}
          </li>
        )
      })}
    </ol>
  )
}
