import { Button } from '@mantine/core'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { useFocusBack } from '../parts/focus-back'
import { useWords } from '../words/words'
import css from './calls.module.css'

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

/** The keys of a telephone; the same keys of the keyboard press them too. */
export function Keypad({ press, close }: { press: (digit: string) => boolean; close: () => void }) {
  const { t } = useWords()
  const pad = useRef<HTMLDivElement>(null)
  useFocusBack(true)
  useEffect(() => pad.current?.querySelector('button')?.focus(), [])
  const typed = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close()
    else if (DIGITS.includes(event.key)) press(event.key)
    else return
    event.preventDefault()
  }
  return (
    <div ref={pad} className={css.keypad} role="group" aria-label={t('calls.keypad')} onKeyDown={typed}>
      {DIGITS.map((digit) => <Button key={digit} variant="default" size="md" className={css.digit} onClick={() => press(digit)}>{digit}</Button>)}
    </div>
  )
}
