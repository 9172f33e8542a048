import { ActionIcon } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useActions } from '../frame/actions'
import { Keys } from '../parts/keys'
import { useWords } from '../words/words'
import css from './people.module.css'

const TYPING = 250

type Here = { search: string; set: (changes: { q: string | null }, replace?: boolean) => void }
type Props = { here: Here; label: string; hint: string; group: string; phone: boolean }

/** Words that the rows of a table are searched for; they stand in the address while one writes. */
export function SearchBox({ here, label, hint, group, phone }: Props) {
  const { t } = useWords()
  const box = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(here.search)
  const search = useDebouncedCallback((q: string) => here.set({ q: q.trim() || null }, true), TYPING)
  // The address may change by Back as well.
  useEffect(() => setText((before) => (before.trim() === here.search ? before : here.search)), [here.search])
  useActions([{ id: 'search', label, keys: '/', group, run: () => box.current?.focus() }])
  const write = (next: string) => {
    setText(next)
    search(next)
  }
  return (
    <div className={css.search}>
      <IconSearch size={16} aria-hidden="true" />
      <input ref={box} type="search" className={css.searchField} placeholder={hint} aria-label={label} value={text}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          if (text) write('')
          else event.currentTarget.blur()
        }} />
      {text ? <ActionIcon size={24} aria-label={t('people.searchClear')} onClick={() => { write(''); box.current?.focus() }}><IconX size={16} /></ActionIcon> : !phone && <Keys keys="/" />}
    </div>
  )
}
